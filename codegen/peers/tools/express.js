// A server on express, whose requests express-openapi-validator reads and checks by the contract.
const path = require('node:path');
const { createRequire } = require('node:module');
// Packages are where the command was started, not beside this file.
const load = createRequire(path.join(process.cwd(), 'package.json'));
const express = load('express');
const OpenApiValidator = load('express-openapi-validator');

const hex = (bytes) => Buffer.from(bytes).toString('hex');

// Where the contract says that the value is.
const value = (request) => {
  const operation = request.openapi.schema;
  const parameter = operation.parameters?.[0];
  switch (parameter?.in) {
    case 'path': return (request.openapi.pathParams ?? request.params).value;
    case 'query': return request.query.value;
    case 'header': return request.headers['x-value'];
    case 'cookie': return request.cookies?.value;
  }
  const body = request.body;
  switch (operation.operationId) {
    case 'bodyBytes': return hex(body);
    case 'bodyRange': return { type: request.headers['content-type'], bytes: hex(body) };
    case 'bodyMultipart': {
      const [file] = request.files;
      return { ...body, file: hex(file.buffer), name: file.originalname };
    }
    default: return body;
  }
};

const app = express();
app.use(express.json({ type: ['application/json', 'application/*+json'] }));
app.use(express.text());
app.use(express.urlencoded({ extended: false }));
app.use(express.raw({ type: 'application/*' }));
app.use(load('cookie-parser')());
app.use(OpenApiValidator.middleware({
  apiSpec: process.argv[2],
  validateRequests: { coerceTypes: true },
  validateResponses: false,
}));
app.use((request, response) => response.json({ value: value(request) ?? null }));
app.use((error, _request, response, _next) => {
  response.status(error.status ?? 500).json({ message: error.message });
});

const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
process.stdin.on('close', () => process.exit()).resume();
