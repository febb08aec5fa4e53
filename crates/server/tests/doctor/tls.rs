//! Certificates that are refused, each with its reason, and the chain as it was sent.

use std::sync::Arc;

use doorstep_testkit::app::TestApp;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;

use crate::gate::{Gate, pass, read};
use crate::support::{PAGE, examine, ids};

/// A root, an intermediate, and what they sign.
struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    middle: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let authority = |name: &str| {
            let mut parameters = CertificateParams::default();
            parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            parameters.distinguished_name.push(DnType::CommonName, name);
            parameters
        };
        let root =
            CertifiedIssuer::self_signed(authority("Test Root"), KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let middle = CertifiedIssuer::signed_by(authority("Test Intermediate"), key, &root).unwrap();
        Self { root, middle }
    }

    fn leaf(&self, parameters: &CertificateParams) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let leaf = parameters.signed_by(&key, &self.middle).unwrap();
        (leaf.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }
}

fn parameters(name: &str) -> CertificateParams {
    let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters
}

/// A server in dev mode behind TLS with this chain.
async fn behind_tls(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> (TestApp, Gate) {
    let app = TestApp::start().await;
    let behind = app.address();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let gate = Gate::serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let Some(asked) = read(&mut stream).await else { return };
            let reply = pass(behind, &asked).await;
            let _ = stream.write_all(&reply.bytes()).await;
            let _ = stream.shutdown().await;
        }
    })
    .await;
    (app, gate)
}

fn secure(gate: &Gate) -> String {
    format!("https://localhost:{}", gate.address.port())
}

#[tokio::test]
async fn a_certificate_is_refused_with_its_reason_and_its_chain() {
    let authority = Authority::new();
    let middle = authority.middle.der().clone();
    let whole = |(leaf, key)| (vec![leaf, middle.clone()], key);
    let alone = |(leaf, key)| (vec![leaf], key);
    let with_root = |(leaf, key)| (vec![leaf, middle.clone(), authority.root.der().clone()], key);
    let mut old = parameters("localhost");
    (old.not_before, old.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    let own = KeyPair::generate().unwrap();
    let mut self_signed = parameters("localhost");
    self_signed.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let self_signed = self_signed.self_signed(&own).unwrap();
    let own = PrivateKeyDer::try_from(own.serialize_der()).unwrap();
    let here = parameters("localhost");
    for (told, (chain, key)) in [
        ("is self-signed", (vec![self_signed.der().clone()], own)),
        (r#"lacks an intermediate: "Test Intermediate" is not sent"#, alone(authority.leaf(&here))),
        (r#"lacks an intermediate: "Test Root" is not sent"#, whole(authority.leaf(&here))),
        (r#"an authority that nobody knows: "Test Root""#, with_root(authority.leaf(&here))),
    ] {
        let (_app, gate) = behind_tls(chain, key).await;
        let report = examine(&secure(&gate), &[PAGE]).await;
        assert_eq!(ids(&report), ["DS-29"], "{report:?}");
        let found = &report.findings[0];
        assert!(found.title.contains(told), "{found:?}");
        assert!(found.evidence[0].starts_with(r#"certificate 0: "localhost", issued by "#), "{found:?}");
    }
}

/// With the authority trusted, only what is wrong with the certificate itself is left.
#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_chain_is_well_and_its_flaws_are_named() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, authority.root.pem()).unwrap();
    let mut old = parameters("localhost");
    (old.not_before, old.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    for (parameters, told) in [
        (parameters("localhost"), "Nothing to mend"),
        (old, "has expired"),
        (parameters("shop.example"), "is for another name"),
    ] {
        let (leaf, key) = authority.leaf(&parameters);
        let (_app, gate) = behind_tls(vec![leaf, authority.middle.der().clone()], key).await;
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_doorstep"));
        command.args(["doctor", "--api", &secure(&gate)]).env_clear().env("SSL_CERT_FILE", &root);
        let output = command.current_dir(folder.path()).output().await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(told), "{told}: {text}");
        assert_eq!(output.status.success(), told == "Nothing to mend", "{text}");
    }
}

#[tokio::test]
async fn the_other_scheme_on_a_port_is_named() {
    let plain = TestApp::start().await;
    let report = examine(&format!("https://{}", plain.address()), &[]).await;
    assert_eq!(ids(&report), ["-"]);
    assert!(report.findings[0].title.ends_with("speaks plain http on this port"), "{report:?}");

    let authority = Authority::new();
    let (leaf, key) = authority.leaf(&parameters("localhost"));
    let (_app, gate) = behind_tls(vec![leaf], key).await;
    let report = examine(&gate.url(), &[]).await;
    assert_eq!(ids(&report), ["-"]);
    assert!(report.findings[0].title.contains("speaks TLS on this port"), "{report:?}");
}
