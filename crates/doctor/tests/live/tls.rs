//! Certificates that are refused, each with its reason, and the chain as it was sent. Trusted ones need an environment of
//! their own: the command's tests have them.

use doorstep_testkit::app::TestApp;
use doorstep_testkit::tls::{Authority, behind_tls, parameters, secure};
use rcgen::{BasicConstraints, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;

use crate::support::{PAGE, examine, ids};

#[tokio::test]
async fn a_certificate_is_refused_with_its_reason_and_its_chain() {
    let authority = Authority::new();
    let middle = authority.middle.der().clone();
    let whole = |(leaf, key)| (vec![leaf, middle.clone()], key);
    let alone = |(leaf, key)| (vec![leaf], key);
    let with_root = |(leaf, key)| (vec![leaf, middle.clone(), authority.root.der().clone()], key);
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
        let (_app, proxy) = behind_tls(chain, key).await;
        let report = examine(&secure(&proxy), &[PAGE]).await;
        assert_eq!(ids(&report), ["DS-29"], "{report:?}");
        let found = &report.findings[0];
        assert!(found.title.contains(told), "{found:?}");
        assert!(found.evidence[0].starts_with(r#"certificate 0: "localhost", issued by "#), "{found:?}");
    }
}

#[tokio::test]
async fn the_other_scheme_on_a_port_is_named() {
    let plain = TestApp::start().await;
    let report = examine(&format!("https://{}", plain.address()), &[]).await;
    assert_eq!(ids(&report), ["DS-21"]);
    assert!(report.findings[0].title.ends_with("speaks plain http on this port"), "{report:?}");

    let authority = Authority::new();
    let (leaf, key) = authority.leaf(&parameters("localhost"));
    let (_app, proxy) = behind_tls(vec![leaf], key).await;
    let report = examine(&proxy.url(), &[]).await;
    assert_eq!(ids(&report), ["DS-21"]);
    assert!(report.findings[0].title.contains("speaks TLS on this port"), "{report:?}");
}
