//! Certificates of an authority of our own, and a server behind them.

use std::sync::Arc;

pub use rcgen::date_time_ymd;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;

use crate::app::TestApp;
use crate::http_proxy::{HttpProxy, pass, read};

/// A root, an intermediate, and what they sign.
pub struct Authority {
    pub root: CertifiedIssuer<'static, KeyPair>,
    pub middle: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    #[allow(clippy::new_without_default, reason = "every authority is another one")]
    pub fn new() -> Self {
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

    pub fn leaf(&self, parameters: &CertificateParams) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let leaf = parameters.signed_by(&key, &self.middle).unwrap();
        (leaf.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }
}

/// A certificate for one name, before it is signed.
pub fn parameters(name: &str) -> CertificateParams {
    let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters
}

/// A server in dev mode behind TLS with this chain.
pub async fn behind_tls(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> (TestApp, HttpProxy) {
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
    let proxy = HttpProxy::serve(move |stream| {
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
    (app, proxy)
}

/// Where it answers, by the name in the certificates.
pub fn secure(proxy: &HttpProxy) -> String {
    format!("https://localhost:{}", proxy.address.port())
}
