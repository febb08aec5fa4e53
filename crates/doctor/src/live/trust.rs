//! DS-29: why a certificate is refused, with the chain that was sent.

use doorstep_base::Cause;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

use super::certificate::Certificate;
use super::target::Target;
use super::tls::Refusal;
use crate::Finding;

/// What a failed handshake means. Nothing is asked over a connection that is not trusted.
pub fn finding(target: &Target, refusal: &Refusal) -> Finding {
    let origin = target.origin();
    let found = match &refusal.error {
        Some(Error::InvalidCertificate(error)) => refused(target, error, &refusal.chain),
        Some(Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            let plain = format!("http://{}", origin.trim_start_matches("https://"));
            Finding::error(Cause::BaseUrlMissing, format!("{origin} speaks plain http on this port"))
                .fix(format!("Use {plain} as baseUrl, or put TLS on this port."))
        }
        Some(Error::AlertReceived(AlertDescription::UnrecognisedName)) => {
            Finding::error(Cause::CertificateRefused, format!("{origin} has no certificate for this name"))
                .fix(format!("Set up TLS for {} on that server (nginx: server_name).", target.host))
        }
        _ => Finding::error(None, format!("{origin} answers, but a TLS connection fails")).saw(&*refusal.why),
    };
    let chain = refusal.chain.iter().enumerate();
    chain.fold(found, |found, (place, one)| {
        found.saw(format!(r#"certificate {place}: "{}", issued by "{}""#, one.subject, one.issuer))
    })
}

fn refused(target: &Target, error: &CertificateError, chain: &[Certificate]) -> Finding {
    let origin = target.origin();
    let say = |title: String| Finding::error(Cause::CertificateRefused, title);
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            say(format!("The certificate of {origin} has expired"))
                .fix("Renew it (certbot renew, or let Caddy do it), then reload the server.")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            say(format!("The certificate of {origin} is not valid yet"))
                .fix("Look at the clock of this machine and of the one that made the certificate.")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            let found = say(format!("The certificate of {origin} is for another name"));
            let found = match error {
                CertificateError::NotValidForNameContext { presented, .. } => {
                    let names = presented.iter().take(10).cloned().collect::<Vec<_>>();
                    found.saw(format!("it is for {}", names.join(", ")))
                }
                _ => found,
            };
            found.fix(format!("Get a certificate that names {}, or use a name that it has.", target.host))
        }
        _ => unknown(target, error, chain),
    }
}

/// Nobody that this machine trusts has signed it.
fn unknown(target: &Target, error: &CertificateError, chain: &[Certificate]) -> Finding {
    let origin = target.origin();
    let say = |title: String| Finding::error(Cause::CertificateRefused, title);
    match (chain.first(), chain.last()) {
        (Some(leaf), _) if leaf.is_self_signed => {
            say(format!("The certificate of {origin} is self-signed: apps and browsers refuse it"))
                .fix("Use one of a public authority (Let's Encrypt: Caddy and certbot get it by themselves).")
                .fix("For development: plain http on localhost, or mkcert, whose authority is installed on each device.")
        }
        (Some(leaf), Some(last)) if *error == CertificateError::UnknownIssuer && !last.is_self_signed => {
            let missing = &last.issuer;
            say(format!(r#"The chain of {origin} lacks an intermediate: "{missing}" is not sent"#))
                .fix("Serve the whole chain: nginx: ssl_certificate fullchain.pem (not cert.pem).")
                .fix(format!(
                    r#"If "{missing}" is your own authority: install it on every device that shall trust "{}"."#,
                    leaf.subject
                ))
        }
        (Some(_), Some(last)) if *error == CertificateError::UnknownIssuer => {
            let authority = &last.subject;
            say(format!(r#"The certificate of {origin} is from an authority that nobody knows: "{authority}""#))
                .fix("Use one of a public authority, or install yours on every device.")
                .fix("For this machine's doctor: SSL_CERT_FILE=authority.pem doorstep doctor …")
        }
        _ => say(format!("The certificate of {origin} is refused")).saw(format!("{error}")),
    }
}
