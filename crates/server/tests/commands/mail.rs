//! `doorstep mail queue`, `doorstep mail retry`, and the mails that `doorstep users` has sent.

use std::sync::Arc;

use doorstep_base::{Clock, MessageId};
use doorstep_server::system::SystemClock;
use doorstep_store::{Actor, AuditKind, Lease, Message, NewMessage, OutboxState, Settings, Store};
use doorstep_testkit::app::{Answer, Call};
use doorstep_testkit::contract::made;
use serde_json::{Value, json};

use crate::serve::Server;
use crate::support::Run;

pub async fn store(run: &Run) -> Arc<dyn Store> {
    let url = format!("sqlite:{}", run.path().join("doorstep.db").display());
    let store = doorstep_store::open(&url, Settings::default()).await.unwrap();
    store.migrate(SystemClock.now()).await.unwrap();
    store
}

/// News that were given up three days ago.
async fn given_up(store: &Arc<dyn Store>, customer: &doorstep_store::NewCustomer) {
    let then = SystemClock.now() - 3 * made::DAY;
    let message = NewMessage {
        id: MessageId::from_bytes(made::bytes()),
        topic: doorstep_account::mail::MAIL.to_owned(),
        customer: Some(customer.id),
        payload: "{\"kind\":\"password_changed\",\"device\":\"Chrome on Linux\"}".to_owned(),
        created_at: then,
        due_at: then,
    };
    store.post_message(message).await.unwrap();
    let lease = Lease(made::bytes());
    let leased = store.lease_messages("mail", lease, then, then + made::MINUTE, 1).await.unwrap();
    let [Message { id, .. }] = leased[..] else { panic!("one is due") };
    assert!(store.bury_message(id, lease).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_that_were_given_up_are_sent_on_order() {
    let run = Run::new();
    let store = store(&run).await;
    let customers = [made::signed_up(&store).await, made::signed_up(&store).await];
    for customer in &customers {
        given_up(&store, customer).await;
    }
    assert_eq!(run.run(&["mail", "queue"]).out, "0 waiting; 2 given up\n");
    let erased = made::event(AuditKind::AccountErased, customers[1].id);
    assert!(
        store.erase_customer(made::proof(&customers[1]), SystemClock.now(), erased.into()).await.unwrap()
    );
    let retried = run.run(&["mail", "retry"]);
    assert_eq!(retried.code, 0, "{}", retried.err);
    assert_eq!(retried.out, "1 given up before are due now: a running server sends them\n");
    assert_eq!(run.run(&["mail", "retry"]).out, "no mail was given up\n");
    assert!(run.run(&["mail", "queue"]).out.starts_with("1 waiting, the first since "));
    // The server gives it its chance, as old as it is.
    let server = Server::start(&run, &[]);
    let path = format!("/_dev/mailbox/latest?to={}&wait=20", customers[0].email);
    let mail = Call::to(server.address().parse().unwrap(), "GET", &path).send().await;
    assert_eq!((mail.status, &mail.json()["kind"]), (200, &"password_changed".into()), "{}", mail.text());
    while store.outbox_state().await.unwrap() != OutboxState::default() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    server.end("-TERM");
}

async fn call(server: &Server, method: &str, path: &str, body: &Value) -> Answer {
    Call::to(server.address().parse().unwrap(), method, path).json(body).send().await
}

/// The link of the newest mail of this kind, from its path on.
async fn link(server: &Server, kind: &str) -> String {
    let path = format!("/_dev/mailbox/latest?to=ada@example.com&kind={kind}&wait=20");
    let mail = call(server, "GET", &path, &Value::Null).await;
    assert_eq!(mail.status, 200, "{}", mail.text());
    let link = mail.json()["link"].as_str().unwrap().to_owned();
    link[link.find("/links/").unwrap()..].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_has_mails_sent_whose_links_do_what_those_of_requests_do() {
    let run = Run::new();
    let server = Server::start(&run, &[]);
    let ada = json!({"name": "Ada", "email": "ada@example.com", "password": "correct horse battery staple"});
    assert_eq!(call(&server, "POST", "/api/signup", &ada).await.status, 201);
    let sent = run.run(&["users", "send-verification", "ADA@example.com"]);
    assert_eq!(
        sent.out, "a running server sends ADA@example.com a mail to prove the address\n",
        "{}",
        sent.err
    );
    let path = link(&server, "verify_address").await;
    let page = call(&server, "GET", &path, &Value::Null).await.text();
    assert!(page.contains("This was asked for at 20") && !page.contains("asked for from"), "{page}");
    let (_, token) = path.split_once("token=").unwrap();
    let proof = json!({"token": token, "password": "correct horse battery staple"});
    assert_eq!(call(&server, "POST", "/api/verification/confirm", &proof).await.status, 200);
    let again = run.run(&["users", "send-verification", "ada@example.com"]);
    assert_eq!(
        (again.code, again.err.as_str()),
        (1, "doorstep: ada@example.com: the e-mail address is verified already\n")
    );
    let sent = run.run(&["users", "send-recovery", "ada@example.com"]);
    assert_eq!(
        sent.out, "a running server sends ada@example.com a mail to choose a new password\n",
        "{}",
        sent.err
    );
    let path = link(&server, "recovery").await;
    let (_, token) = path.split_once("token=").unwrap();
    let new = json!({"token": token, "newPassword": "another long pass phrase"});
    assert_eq!(call(&server, "POST", "/api/recovery/confirm", &new).await.status, 200);
    let login =
        json!({"email": "ada@example.com", "password": "another long pass phrase", "session": "token"});
    let bearer =
        call(&server, "POST", "/api/login", &login).await.json()["token"].as_str().unwrap().to_owned();
    let events = Call::to(server.address().parse().unwrap(), "GET", "/api/user/events");
    let events = events.header("authorization", &format!("Bearer {bearer}")).send().await.json();
    let told: Vec<_> =
        events["events"].as_array().unwrap().iter().map(|event| event["message"].clone()).collect();
    assert_eq!(
        told,
        [
            "You logged in",
            "You chose a new password with the help of a mail",
            "The shop sent you a mail to choose a new password",
            "You confirmed your e-mail address",
            "The shop sent you a mail to confirm your e-mail address",
            "You created your account",
        ]
    );
    let customer = store(&run).await.find_customer_by_email("ada@example.com").await.unwrap().unwrap().id;
    let trail = store(&run).await.audit_of(customer, 9).await.unwrap();
    let by_operator = trail.iter().filter(|event| event.actor == Actor::Operator);
    let kinds: Vec<_> = by_operator.map(|event| (event.kind, event.device.clone())).collect();
    assert_eq!(kinds, [(AuditKind::RecoveryAsked, None), (AuditKind::VerificationAsked, None)]);
    server.end("-TERM");
}

#[tokio::test]
async fn a_mail_that_cannot_be_sent_is_refused_with_the_reason() {
    let run = Run::new();
    let store = store(&run).await;
    let customer = made::signed_up(&store).await;
    let email = customer.email.as_str();
    let refused = |run: &Run, email: &str| {
        ["send-recovery", "send-verification"].map(|act| {
            let ended = run.run(&["users", act, email]);
            assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{act}");
            ended.err
        })
    };
    for said in refused(&run, email) {
        assert!(said.starts_with("doorstep: there is no master key: start the server once"), "{said}");
    }
    let key = "4f0c8d2ab1e67793d5a0f4c21b9e8866f7d3150aa96e4b2cc8871d3350e9f1a7";
    let run = run.variable("DOORSTEP_SECRETS_KEY", key);
    for said in refused(&run, "nobody@example.com") {
        assert_eq!(said, "doorstep: nobody@example.com: no account has this e-mail address\n");
    }
    assert_eq!(run.run(&["users", "disable", email]).code, 0);
    for said in refused(&run, email) {
        assert!(
            said.ends_with(": the account is disabled, and nobody is led into it: enable it first\n"),
            "{said}"
        );
    }
    let run = run
        .variable("DOORSTEP_SERVER_MODE", "production")
        .variable("DOORSTEP_SERVER_PUBLIC_URL", "https://shop.example")
        .variable("DOORSTEP_DATABASE_URL", "sqlite:doorstep.db");
    for said in refused(&run, email) {
        assert_eq!(said, "doorstep: [mail] url is empty: this shop sends no mail\n");
    }
    assert_eq!(store.outbox_state().await.unwrap(), OutboxState::default());
}
