//! The private key of a signature.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use doorstep_base::crypto::sha256;

use super::DkimError;

pub enum Key {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

impl Key {
    pub fn read(pem: &str) -> Result<Self, DkimError> {
        let (label, bytes) = block(pem).ok_or(DkimError::NoPem)?;
        let rsa = |read: Result<RsaKeyPair, _>| read.map(|key| Self::Rsa(Box::new(key)));
        match label {
            "PRIVATE KEY" => rsa(RsaKeyPair::from_pkcs8(&bytes))
                .or_else(|_| Ed25519KeyPair::from_pkcs8_maybe_unchecked(&bytes).map(Self::Ed25519))
                .map_err(|_| DkimError::Unusable),
            "RSA PRIVATE KEY" if pem.contains("ENCRYPTED") => Err(DkimError::Encrypted),
            "RSA PRIVATE KEY" => rsa(RsaKeyPair::from_der(&bytes)).map_err(|_| DkimError::Unusable),
            "ENCRYPTED PRIVATE KEY" => Err(DkimError::Encrypted),
            "PUBLIC KEY" | "RSA PUBLIC KEY" => Err(DkimError::NotPrivate("public key")),
            "CERTIFICATE" => Err(DkimError::NotPrivate("certificate")),
            _ => Err(DkimError::Unusable),
        }
    }

    pub const fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa-sha256",
            Self::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// None: the library could not, which it says for keys that it has refused before.
    pub fn sign(&self, signed: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                // The library asks for a source of chance, and this form of signature uses none.
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed, &mut signature).ok()?;
                Some(signature)
            }
            // The hash is what is signed (RFC 8463 §3).
            Self::Ed25519(key) => Some(key.sign(&sha256(signed)).as_ref().to_vec()),
        }
    }

    pub fn record(&self) -> String {
        let (kind, public) = match self {
            Self::Rsa(key) => {
                let der = AsDer::<PublicKeyX509Der<'_>>::as_der(key.public_key());
                ("rsa", der.map(|der| der.as_ref().to_vec()).unwrap_or_default())
            }
            Self::Ed25519(key) => ("ed25519", key.public_key().as_ref().to_vec()),
        };
        format!("v=DKIM1; k={kind}; p={}", STANDARD.encode(public))
    }
}

/// The first block of a PEM: its label and its bytes. Header lines of an encrypted one are no base64.
fn block(pem: &str) -> Option<(&str, Vec<u8>)> {
    let (_, rest) = pem.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once("-----END ")?;
    let lines = body.lines().filter(|line| !line.contains(':'));
    let letters: String = lines.flat_map(str::chars).filter(|sign| !sign.is_whitespace()).collect();
    Some((label, STANDARD.decode(letters).ok()?))
}
