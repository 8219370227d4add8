//! 20x: what no two things have alike says which one is meant, what is made for something else is in no state of its own,
//! and what can be done so often can't be done once more. Lists within something, in the order that they tell.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const LOANS: &str = "
paths:
  /shelves:
    post:
      operationId: makeShelf
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /shelves/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: shelf
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropShelf
      description: Its copies go with it.
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /shelves/{id}/copies:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: copies
      description: The copies of a shelf, by ascending id.
      responses: { '200': { description: Them., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Copy' } } } } }, '404': { $ref: '#/components/responses/No' } }
    post:
      operationId: addCopy
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Copy' } } } }
      responses:
        '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Copy' } } } }
        '404': { $ref: '#/components/responses/No' }
        '409': { description: The barcode is on another copy already., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { $ref: '#/components/responses/No' }
  /copies/{copy_id}:
    parameters: [{ name: copy_id, in: path, required: true, schema: { type: integer } }]
    delete:
      operationId: dropCopy
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /readers:
    post:
      operationId: join
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Reader' } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Reader' } } } }, '422': { $ref: '#/components/responses/No' } }
  /readers/{reader_id}:
    parameters: [{ name: reader_id, in: path, required: true, schema: { type: string } }]
    delete:
      operationId: leave
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /loans:
    post:
      operationId: lend
      description: A copy that is out, or a reader who is barred, is a 409.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Loan' } } } }
      responses:
        '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Loan' } } } }
        '409': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /loans/{loan_id}/renewals:
    parameters: [{ name: loan_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: renew
      description: Lends for another week. A loan can be renewed twice; a third time is a 409.
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Loan' } } } }
        '404': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
";

const SCHEMAS: &str = "
    Barcode: { type: string, pattern: '^[0-9]{8}$' }
    Copy:
      type: object
      required: [id, barcode]
      properties: { id: { type: integer, readOnly: true }, barcode: { $ref: '#/components/schemas/Barcode' } }
    Reader:
      type: object
      required: [id, name]
      properties: { id: { type: string, readOnly: true }, name: { type: string }, status: { type: string, enum: [barred, active], default: active } }
    Loan:
      type: object
      required: [id, barcode, reader_id, renewals]
      properties: { id: { type: string, readOnly: true }, barcode: { $ref: '#/components/schemas/Barcode' }, reader_id: { type: string }, renewals: { type: integer, readOnly: true } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// A shelf shows the copies of all.
    ShowsAll,
    /// The latest copy comes first.
    Backwards,
    /// A loan is renewed for ever.
    ForEver,
}

#[derive(Clone, Default)]
struct Library {
    shelves: Store,
    copies: Store,
    readers: Store,
    loans: Store,
}

impl Library {
    fn respond(&self, request: &Request, fault: Fault) -> Answer {
        let post = request.method == "POST";
        match request.path.as_str() {
            "/shelves" if post => self.shelves.make(request, self.shelves.uuid().into()),
            "/readers" if post => self.join(request),
            "/loans" if post => self.lend(request),
            _ => self.within(request, fault),
        }
    }

    fn within(&self, request: &Request, fault: Fault) -> Answer {
        if let Some(id) = request.below("/readers") {
            return self.readers.item(request, &id);
        }
        if let Some(id) = request.below("/copies") {
            return self.drop(&id);
        }
        if let Some(path) = request.below("/loans") {
            let loan = path.strip_suffix("/renewals").unwrap_or_default();
            return self.renew(loan, fault);
        }
        let Some(path) = request.below("/shelves") else { return Answer::error(404) };
        let Some(shelf) = path.strip_suffix("/copies") else {
            for copy in self.copies.values().iter().filter(|_| request.method == "DELETE") {
                if copy["shelf"] == path.as_str() {
                    self.copies.remove(copy["barcode"].as_str().unwrap_or_default());
                }
            }
            return self.shelves.item(request, &path);
        };
        match (self.shelves.get(shelf), request.method.as_str()) {
            (Some(_), "POST") => self.add(request, shelf),
            (Some(_), "GET") => self.list(shelf, fault),
            _ => Answer::error(404),
        }
    }

    fn add(&self, request: &Request, shelf: &str) -> Answer {
        let sent = request.json();
        let barcode = sent["barcode"].as_str().unwrap_or_default();
        if barcode.len() != 8 || !barcode.bytes().all(|byte| byte.is_ascii_digit()) {
            return Answer::error(422);
        }
        if !request.has_text("barcode") {
            return Answer::error(422);
        }
        if self.copies.get(barcode).is_some() {
            return Answer::error(409);
        }
        let number = self.copies.serial();
        let copy = json!({"id": number, "barcode": barcode, "shelf": shelf});
        self.copies.put(barcode, copy);
        Answer::json(201, json!({"id": number, "barcode": barcode}))
    }

    fn drop(&self, id: &str) -> Answer {
        let copies = self.copies.values();
        match copies.iter().find(|copy| copy["id"].as_u64() == id.parse().ok()) {
            Some(copy) => {
                self.copies.remove(copy["barcode"].as_str().unwrap_or_default());
                Answer::empty(204)
            }
            None => Answer::error(404),
        }
    }

    fn list(&self, shelf: &str, fault: Fault) -> Answer {
        let mut copies = self.copies.values();
        copies.retain(|copy| fault == Fault::ShowsAll || copy["shelf"] == shelf);
        copies.sort_by_key(|copy| copy["id"].as_u64());
        if fault == Fault::Backwards {
            copies.reverse();
        }
        let shown = |copy: Value| json!({"id": copy["id"], "barcode": copy["barcode"]});
        Answer::json(200, copies.into_iter().map(shown).collect())
    }

    fn join(&self, request: &Request) -> Answer {
        let sent = request.json();
        let status = sent.get("status").cloned().unwrap_or_else(|| "active".into());
        if !request.has_text("name") || (status != "active" && status != "barred") {
            return Answer::error(422);
        }
        let id = self.readers.uuid();
        let reader = json!({"id": id, "name": sent["name"], "status": status});
        self.readers.put(&id, reader.clone());
        Answer::json(201, reader)
    }

    fn lend(&self, request: &Request) -> Answer {
        let sent = request.json();
        let barcode = sent["barcode"].as_str().unwrap_or_default();
        let reader = sent["reader_id"].as_str().and_then(|id| self.readers.get(id));
        let (Some(_), Some(reader)) = (self.copies.get(barcode), reader) else {
            return Answer::error(422);
        };
        if !request.has_text("barcode") {
            return Answer::error(422);
        }
        let is_out = self.loans.values().iter().any(|loan| loan["barcode"] == barcode);
        if is_out || reader["status"] == "barred" {
            return Answer::error(409);
        }
        let id = self.loans.uuid();
        let loan = json!({"id": id, "barcode": barcode, "reader_id": reader["id"], "renewals": 0});
        self.loans.put(&id, loan.clone());
        Answer::json(201, loan)
    }

    fn renew(&self, id: &str, fault: Fault) -> Answer {
        let Some(mut loan) = self.loans.get(id) else { return Answer::error(404) };
        let renewals = loan["renewals"].as_u64().unwrap_or_default();
        if renewals >= 2 && fault != Fault::ForEver {
            return Answer::error(409);
        }
        loan["renewals"] = (renewals + 1).into();
        self.loans.put(id, loan.clone());
        Answer::json(200, loan)
    }
}

async fn run(fault: Fault, check: &str) -> Run {
    let library = Library::default();
    let service = Service::start(move |request| library.respond(request, fault)).await;
    let suite = Suite::of_parts(LOANS, |parts| format!("{}{SCHEMAS}", parts.trim_end()));
    suite.profile("creates = ['lend']\n").only(check).run(&service.url).await
}

#[tokio::test]
async fn a_copy_is_made_to_be_lent_and_lent_to_be_renewed() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    let cells = run.cells();
    for cell in ["addCopy:409", "lend:201", "lend:409", "renew:200", "renew:404", "renew:409"] {
        let passed = format!("{cell} passed");
        assert!(cells.contains(&passed), "{cell} isn't in {cells:#?}\n{}", run.told);
    }
}

#[tokio::test]
async fn what_is_wrong_with_lists_and_loans_is_found() {
    for (fault, check) in [
        (Fault::ShowsAll, "copies:200:listed-where-made"),
        (Fault::Backwards, "copies:200:order-is-kept"),
        (Fault::ForEver, "renew:200:done-twice-refused"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
