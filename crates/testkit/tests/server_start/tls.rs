//! Certificates that a client meets: each that cannot be taken has a sentence, the same for all drivers.

use doorstep_testkit::tls::{Authority, Identity, acceptor, date_time_ymd, parameters, self_signed};
use doorstep_testkit::tls_front::TlsFront;
use doorstep_testkit::{Engine, Place};

use super::{open, password};

const DRIVERS: [Engine; 3] = [Engine::Postgres, Engine::Mariadb, Engine::Mongodb];

/// The URL that leads through the front, with this file as the authority.
fn through(place: &str, front: &TlsFront, engine: Engine, authority: Option<&str>) -> String {
    let login = place.split('@').next().unwrap();
    let (proof, file) = match engine {
        Engine::Postgres => ("sslmode=verify-full", "sslrootcert"),
        Engine::Mongodb => ("tls=true&directConnection=true&authSource=admin", "tlsCAFile"),
        _ => ("ssl-mode=VERIFY_IDENTITY", "ssl-ca"),
    };
    let authority = authority.map_or(String::new(), |path| format!("&{file}={path}"));
    let database = place.rsplit('/').next().unwrap().split('?').next().unwrap();
    format!("{login}@localhost:{}/{database}?{proof}{authority}", front.address.port())
}

/// What each driver says of a server that shows this certificate, with this one as the authority.
async fn refused(identity: &Identity, authority: Option<&str>, told: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("authority.pem");
    if let Some(authority) = authority {
        std::fs::write(&path, authority).unwrap();
    }
    for engine in DRIVERS {
        let place = Place::on(engine).await;
        let shown = (identity.0.clone(), identity.1.clone_key());
        let front = TlsFront::before(engine, place.url(), acceptor(shown)).await;
        let url = through(place.url(), &front, engine, authority.map(|_| path.to_str().unwrap()));
        let line = open(&url).await.err().unwrap().to_string();
        assert!(
            line.contains(told) && line.contains("no safe connection to localhost"),
            "{engine:?}: {line}"
        );
        assert!(!line.contains(password(&url)) && !line.contains('\n'), "{line}");
        // Nothing of how a library prints its own values.
        for debug in ["Error", "Other(", "{", "\"", "Some("] {
            assert!(!line.contains(debug), "{engine:?}: {line}");
        }
    }
}

#[tokio::test]
async fn an_authority_as_the_servers_own_certificate_is_told() {
    let (pem, identity) = self_signed("localhost", true);
    refused(&identity, Some(&pem), "CA:FALSE").await;
}

#[tokio::test]
async fn a_certificate_that_nobody_known_signed_is_told() {
    let identity = Authority::new().identity(&parameters("localhost"));
    refused(&identity, None, "Name the authority that did").await;
}

#[tokio::test]
async fn a_certificate_that_has_expired_is_told() {
    let authority = Authority::new();
    let mut expired = parameters("localhost");
    expired.not_before = date_time_ymd(2020, 1, 1);
    expired.not_after = date_time_ymd(2021, 1, 1);
    refused(&authority.identity(&expired), Some(&authority.root.pem()), "has expired").await;
}

#[tokio::test]
async fn a_certificate_for_another_name_is_told() {
    let authority = Authority::new();
    let identity = authority.identity(&parameters("elsewhere.example"));
    refused(&identity, Some(&authority.root.pem()), "for another name").await;
}

/// A certificate that signs itself is taken when it is none of an authority, and when it is named.
#[tokio::test]
async fn a_proven_server_is_taken() {
    let authority = Authority::new();
    let signed = (authority.root.pem(), authority.identity(&parameters("localhost")));
    for (pem, identity) in [signed, self_signed("localhost", false)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("authority.pem");
        std::fs::write(&path, pem).unwrap();
        let place = Place::on(Engine::Postgres).await;
        let front = TlsFront::before(Engine::Postgres, place.url(), acceptor(identity)).await;
        let url = through(place.url(), &front, Engine::Postgres, path.to_str());
        open(&url).await.unwrap().migrate(super::NOW).await.unwrap();
    }
}

/// Alert 80 at the first word: so Atlas answers addresses that it does not know.
#[tokio::test]
async fn a_handshake_that_is_broken_off_names_the_list_of_addresses() {
    let front = TlsFront::that_says(&[21, 3, 3, 0, 2, 2, 80]).await;
    let url = format!("mongodb://shop:pw-never-shown@localhost:{}/shop?tls=true", front.address.port());
    let line = super::refusal(&url).await;
    assert!(line.contains("alert 80") && line.contains("Network Access"), "{line}");
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_told() {
    let front = TlsFront::that_says(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let url = format!("mongodb://shop:pw-never-shown@localhost:{}/shop?tls=true", front.address.port());
    let line = super::refusal(&url).await;
    assert!(line.contains("not with TLS"), "{line}");
}
