//! TLS as a careful client speaks it: the certificate is checked, always; what was presented is kept to be shown.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::answer::NoAnswer;
use super::certificate::Certificate;

/// As much of a chain as is kept: a real one has three or four.
const LONGEST_CHAIN: usize = 10;

#[derive(Clone)]
pub struct Tls {
    config: Arc<ClientConfig>,
    verifier: Arc<RecordingVerifier>,
}

/// A handshake that failed, with the chain that was presented.
#[derive(Debug)]
pub struct Refusal {
    pub error: Option<rustls::Error>,
    /// In words, where there is no error of TLS.
    pub why: String,
    pub chain: Vec<Certificate>,
}

impl Tls {
    /// Trusts what this machine trusts, and what browsers trust (a container often has no list of its own).
    pub fn new() -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        // What cannot be read of the machine's list is as if it were not there.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(aws_lc_rs::default_provider());
        let unusable =
            |error: rustls::client::VerifierBuilderError| rustls::Error::General(error.to_string());
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
            .build()
            .map_err(unusable)?;
        let verifier =
            Arc::new(RecordingVerifier { inner, provider: provider.clone(), presented: Mutex::default() });
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier.clone())
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), verifier })
    }

    pub async fn connect(&self, host: &str, stream: TcpStream) -> Result<TlsStream<TcpStream>, NoAnswer> {
        self.inspect(host, stream).await.map_err(|refusal| NoAnswer::NoTls(refusal.why))
    }

    /// A handshake that tells what it saw when it fails.
    pub async fn inspect(&self, host: &str, stream: TcpStream) -> Result<TlsStream<TcpStream>, Refusal> {
        let Ok(name) = ServerName::try_from(host.to_owned()) else {
            let why = "no certificate can have this name".to_owned();
            return Err(Refusal { error: None, why, chain: Vec::new() });
        };
        TlsConnector::from(self.config.clone()).connect(name, stream).await.map_err(|error| {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).cloned();
            let why =
                inner.as_ref().map_or_else(|| "the connection was closed".to_owned(), ToString::to_string);
            Refusal { error: inner, why, chain: self.verifier.chain() }
        })
    }
}

/// Keeps the chain, and leaves the verdict to rustls.
#[derive(Debug)]
struct RecordingVerifier {
    inner: Arc<WebPkiServerVerifier>,
    provider: Arc<CryptoProvider>,
    presented: Mutex<Vec<Certificate>>,
}

impl RecordingVerifier {
    fn chain(&self) -> Vec<Certificate> {
        self.presented.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let chain = std::iter::once(leaf).chain(others).take(LONGEST_CHAIN);
        let read = chain.filter_map(|certificate| Certificate::read(certificate)).collect();
        *self.presented.lock().unwrap_or_else(PoisonError::into_inner) = read;
        self.inner.verify_server_cert(leaf, others, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
