//! A request that was let in and waits for its body, while its session ends: it must come to nothing.

use std::time::Duration;

use doorstep_testkit::app::TestApp;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Carried, MODES, PASSWORD, SETTINGS, app, sign_up};

const NEW_PASSWORD: &str = "another horse, another battery";

/// All of a customer's writes, each of them waiting for its body.
struct ParkedWrites {
    app: TestApp,
    who: Carried,
    mode: &'static str,
    parked: Vec<(Parked, String)>,
}

impl ParkedWrites {
    async fn begin(mode: &'static str) -> Self {
        let (app, who, address) = shop(mode).await;
        let mut parked = Vec::new();
        for write in writes(&address) {
            parked.push((Parked::begin(&app, &who, &write).await, format!("{} {}", write.0, write.1)));
        }
        Self { app, who, mode, parked }
    }

    /// None of them is let in any more, and the account is as it was but for `credentials_version`.
    async fn come_to_nothing(self, credentials_version: i64) {
        for (parked, what) in self.parked {
            let answer = parked.finish().await;
            assert!(answer.starts_with("HTTP/1.1 401"), "{} {what}: {answer}", self.mode);
        }
        let customer = self.app.users().find("ada@example.com").await.unwrap();
        assert_eq!((customer.name.as_str(), customer.credentials_version), ("Ada", credentials_version));
        assert_eq!(self.app.store().addresses_of(customer.id).await.unwrap().len(), 1);
    }
}

struct Parked {
    stream: TcpStream,
    rest: String,
}

impl Parked {
    /// Sends all but the end of the request, and gives the server time to let it in.
    async fn begin(app: &TestApp, who: &Carried, (method, path, body): &(&str, String, Value)) -> Self {
        let body = body.to_string();
        let credential = match who.is_cookie() {
            true => format!("Cookie: {}={}\r\nOrigin: {}", app.cookie(), who.secret(), app.origin()),
            false => format!("Authorization: Bearer {}", who.secret()),
        };
        let (first, rest) = body.split_at(3);
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: shop\r\n{credential}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{first}",
            body.len()
        );
        let mut stream = TcpStream::connect(app.address()).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        Self { stream, rest: rest.to_owned() }
    }

    async fn finish(mut self) -> String {
        self.stream.write_all(self.rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

/// Every route that takes a body from a signed-in customer.
fn writes(address: &str) -> [(&'static str, String, Value); 5] {
    let fields = json!({"name": "Eve", "line1": "1 Road", "city": "Wien", "country": "AT"});
    let change = json!({"currentPassword": PASSWORD, "newPassword": "a third horse, a third battery"});
    [
        ("POST", "/api/user/addresses".to_owned(), fields),
        ("PATCH", format!("/api/user/addresses/{address}"), json!({"name": "Eve"})),
        ("PATCH", "/api/user".to_owned(), json!({"name": "Eve"})),
        ("POST", "/api/user/password".to_owned(), change),
        ("DELETE", "/api/user".to_owned(), json!({"currentPassword": PASSWORD})),
    ]
}

async fn shop(mode: &'static str) -> (TestApp, Carried, String) {
    let app = app().await;
    let who = sign_up(&app, mode).await;
    let fields = json!({"name": "Ada", "line1": "1 Street", "city": "Wien", "country": "AT"});
    let address = who.visitor(&app).post("/api/user/addresses", fields).await;
    address.expect(201);
    let id = address.json()["address"]["id"].as_str().unwrap().to_owned();
    (app, who, id)
}

#[tokio::test]
async fn nothing_is_written_by_a_session_that_was_logged_out_meanwhile() {
    for mode in MODES {
        let writes = ParkedWrites::begin(mode).await;
        writes.who.visitor(&writes.app).post_nothing("/api/logout").await.expect(204);
        writes.come_to_nothing(1).await;
    }
}

/// By somebody who holds what the session was carried by, before its owner changed the password in that very session.
#[tokio::test]
async fn nothing_is_written_that_was_let_in_before_a_new_password() {
    for mode in MODES {
        let writes = ParkedWrites::begin(mode).await;
        let change = json!({"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD});
        writes.who.visitor(&writes.app).post("/api/user/password", change).await.expect(200);
        writes.come_to_nothing(2).await;
    }
}

/// Neither does whoever held the session learn of the password: right and wrong ones are answered alike.
#[tokio::test]
async fn a_session_that_ended_meanwhile_learns_nothing_of_the_password() {
    let (app, who, _) = shop("token").await;
    let change = |password| json!({"currentPassword": password, "newPassword": NEW_PASSWORD});
    let mut parked = Vec::new();
    for password in [PASSWORD, "wrong pass phrase"] {
        let write = ("POST", "/api/user/password".to_owned(), change(password));
        parked.push(Parked::begin(&app, &who, &write).await);
    }
    who.visitor(&app).post_nothing("/api/logout").await.expect(204);
    for parked in parked {
        let answer = parked.finish().await;
        assert!(answer.contains("session_ended"), "{answer}");
    }
}

/// Nor while its check waits for a slot: what is answered after the end says nothing of the password.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_while_its_checks_wait_learns_nothing_of_the_password() {
    let slow =
        [("passwords.slots", "1"), ("passwords.memory_kib", "131072"), ("passwords.queue_deadline", "60s")];
    let app = TestApp::with(&[SETTINGS, &slow].concat()).await;
    let who = sign_up(&app, "token").await;
    let mut guesses: Vec<_> = (0..8)
        .map(|number| {
            let body =
                json!({"currentPassword": format!("guess number {number}"), "newPassword": NEW_PASSWORD});
            let visitor = who.visitor(&app);
            Box::pin(async move { visitor.post("/api/user/password", body).await })
        })
        .collect();
    let (first, _, others) = futures_util::future::select_all(guesses.drain(..)).await;
    first.refused(401, "invalid_credentials");
    let customer = who.visitor(&app);
    let (gone, others) =
        tokio::join!(customer.post_nothing("/api/logout"), futures_util::future::join_all(others));
    gone.expect(204);
    let told = others.iter().filter(|answer| answer.json()["code"] == "invalid_credentials").count();
    // The logout waits for nobody: one check may end before it.
    assert!(told <= 2, "{told} of 7 guesses were answered");
    assert!(others.iter().all(|answer| answer.status == 401));
}
