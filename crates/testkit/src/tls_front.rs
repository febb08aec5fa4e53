//! TLS in front of a database's server, with a certificate of the test's own: each protocol asks for TLS in its own way.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::Engine;

/// `CLIENT_SSL` of MySQL's protocol, in the second byte of the flags.
const MYSQL_TLS: u8 = 0x08;

/// It goes with the test.
pub struct TlsFront {
    pub address: SocketAddr,
    listening: JoinHandle<()>,
}

impl TlsFront {
    /// In front of the server that a database's URL names.
    pub async fn before(engine: Engine, url: &str, acceptor: TlsAcceptor) -> Self {
        let behind = url.split('@').nth(1).unwrap().split(['/', '?']).next().unwrap().to_owned();
        Self::listen(move |client| {
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            async move {
                // Whoever does not like the certificate goes: that is what is tried.
                let _ = carry(engine, client, &behind, &acceptor).await;
            }
        })
        .await
    }

    /// Something that answers each connection with these bytes, and ends it.
    pub async fn that_says(bytes: &'static [u8]) -> Self {
        Self::listen(move |mut client| async move {
            let mut asked = [0; 64];
            let _ = client.read(&mut asked).await;
            let _ = client.write_all(bytes).await;
            let _ = client.shutdown().await;
            // Closing with something unread would reset the connection, and what was said with it.
            let _ = tokio::io::copy(&mut client, &mut tokio::io::sink()).await;
        })
        .await
    }

    async fn listen<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client));
            }
        });
        Self { address, listening }
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn carry(
    engine: Engine,
    mut client: TcpStream,
    behind: &str,
    acceptor: &TlsAcceptor,
) -> std::io::Result<()> {
    let mut server = TcpStream::connect(behind).await?;
    match engine {
        Engine::Postgres => {
            let mut asked = [0; 8];
            client.read_exact(&mut asked).await?;
            client.write_all(b"S").await?;
        }
        Engine::Mysql | Engine::Mariadb => {
            let mut greeting = packet(&mut server).await?;
            // Behind the header of four bytes and the number of the protocol: the version, the connection, half a nonce.
            let version = greeting[5..].iter().position(|byte| *byte == 0).unwrap();
            greeting[5 + version + 1 + 4 + 8 + 1 + 1] |= MYSQL_TLS;
            client.write_all(&greeting).await?;
            packet(&mut client).await?;
        }
        Engine::Mongodb | Engine::Sqlite => {}
    }
    let mut client = acceptor.accept(client).await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

/// A packet of MySQL's protocol, with its header.
async fn packet(from: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut packet = vec![0; 4];
    from.read_exact(&mut packet).await?;
    let length = usize::from(packet[0]) | usize::from(packet[1]) << 8 | usize::from(packet[2]) << 16;
    packet.resize(4 + length, 0);
    from.read_exact(&mut packet[4..]).await?;
    Ok(packet)
}
