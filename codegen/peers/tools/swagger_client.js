// A client: swagger-client builds and sends each request from the contract.
const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');
// Packages are where the command was started, not beside this file.
const load = createRequire(path.join(process.cwd(), 'package.json'));
const SwaggerClient = load('swagger-client').default ?? load('swagger-client');
const yaml = load('js-yaml');

const [, , contract, url, exchanges] = process.argv;
const bytes = (hex, options) => new Blob([Buffer.from(hex, 'hex')], options);

// What the library takes for a value: parameters by name, or a body and its media type.
const options = (operation, value) => {
  if (!operation.startsWith('body')) {
    return { parameters: { [operation.startsWith('header') ? 'X-Value' : 'value']: value } };
  }
  switch (operation) {
    case 'bodyBytes': return { requestBody: bytes(value) };
    case 'bodyRange': return { requestBody: bytes(value.bytes, { type: value.type }) };
    case 'bodyMultipart': {
      const file = new File([Buffer.from(value.file, 'hex')], value.name);
      return { requestBody: { text: value.text, thing: value.thing, file } };
    }
    default: return { requestBody: value };
  }
};

(async () => {
  const spec = yaml.load(fs.readFileSync(contract, 'utf8'));
  spec.servers = [{ url }];
  const client = await new SwaggerClient({ spec });
  for (const { operation, value } of JSON.parse(fs.readFileSync(exchanges, 'utf8'))) {
    try {
      // The answer is read as text, since numbers beyond 2^53 would be lost in telling of it.
      const answer = await client.execute({ operationId: operation, ...options(operation, value) });
      console.log(`{"seen":${answer.text.replace(/^\{"value":(.*)\}$/s, '$1')}}`);
    } catch (error) {
      console.log(JSON.stringify({ error: error.response?.text ?? String(error) }));
    }
  }
})();
