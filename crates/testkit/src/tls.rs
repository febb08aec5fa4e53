//! Certificates of an authority of our own, and a server behind them.

use std::sync::Arc;

pub use rcgen::date_time_ymd;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

#[cfg(feature = "app")]
use crate::{app::TestApp, http_proxy::HttpProxy};

/// A certificate with those that signed it, and its key.
pub type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

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

    /// A server's certificate, with the intermediate that signed it.
    pub fn identity(&self, parameters: &CertificateParams) -> Identity {
        let (leaf, key) = self.leaf(parameters);
        (vec![leaf, self.middle.der().clone()], key)
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

/// A certificate that signs itself, as text and as a server shows it. As an authority's it says CA:TRUE.
pub fn self_signed(name: &str, is_authority: bool) -> (String, Identity) {
    let mut parameters = parameters(name);
    parameters.is_ca =
        if is_authority { IsCa::Ca(BasicConstraints::Unconstrained) } else { IsCa::ExplicitNoCa };
    let key = KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    let identity = (vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap());
    (certificate.pem(), identity)
}

/// What takes connections with this certificate.
pub fn acceptor((chain, key): Identity) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A server in dev mode behind TLS with this chain.
#[cfg(feature = "app")]
pub async fn behind_tls(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> (TestApp, HttpProxy) {
    use crate::http_proxy::{pass, read};
    use tokio::io::AsyncWriteExt;

    let app = TestApp::start().await;
    let behind = app.address();
    let acceptor = acceptor((chain, key));
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
#[cfg(feature = "app")]
pub fn secure(proxy: &HttpProxy) -> String {
    format!("https://localhost:{}", proxy.address.port())
}
