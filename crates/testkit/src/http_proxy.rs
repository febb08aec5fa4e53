//! A proxy of one's own, which does to requests and answers what a test says.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::app::{Answer, Call};

/// A request, as far as tests look at it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An answer that is being made.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn new(status: u16, kind: &str, body: &str) -> Self {
        Self { status, headers: vec![("content-type".into(), kind.into())], body: body.into() }
    }

    pub fn page(status: u16, title: &str) -> Self {
        Self::new(status, "text/html", &format!("<!doctype html><title>{title}</title>"))
    }

    pub fn to(status: u16, place: &str) -> Self {
        Self { status, headers: vec![("location".into(), place.into())], body: Vec::new() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn remove(&mut self, name: &str) {
        self.headers.retain(|(known, _)| known != name);
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("HTTP/1.1 {} x\r\n", self.status);
        for (name, value) in &self.headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        if self.status != 204 {
            let _ = write!(text, "content-length: {}\r\n", self.body.len());
        }
        text.push_str("connection: close\r\n\r\n");
        [text.as_bytes(), &self.body].concat()
    }
}

/// A listener that goes with the test.
pub struct HttpProxy {
    pub address: SocketAddr,
    _serving: JoinSet<()>,
}

impl HttpProxy {
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers each request by `answer`, which is given what the server behind says, if there is one.
    pub async fn start(
        behind: Option<SocketAddr>,
        answer: impl Fn(&Asked, Reply) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let answer = Arc::new(answer);
        Self::answer(move |asked| {
            let answer = answer.clone();
            async move {
                let passed = match behind {
                    Some(behind) => pass(behind, &asked).await,
                    None => Reply::default(),
                };
                answer(&asked, passed)
            }
        })
        .await
    }

    /// Answers each request as the test says.
    pub async fn answer<F: Future<Output = Reply> + Send + 'static>(
        answer: impl Fn(Asked) -> F + Send + Sync + 'static,
    ) -> Self {
        let answer = Arc::new(answer);
        Self::serve(move |mut stream| {
            let answer = answer.clone();
            async move {
                let Some(asked) = read(&mut stream).await else { return };
                let _ = stream.write_all(&answer(asked).await.bytes()).await;
                let _ = stream.shutdown().await;
            }
        })
        .await
    }

    /// Does with each connection what the test says.
    pub async fn serve<F: Future<Output = ()> + Send + 'static>(
        work: impl Fn(tokio::net::TcpStream) -> F + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut open = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                open.spawn(work(stream));
            }
        });
        Self { address, _serving: serving }
    }
}

/// One request, with its body.
pub async fn read<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        let count = stream.read_buf(&mut bytes).await.ok()?;
        if count == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let pair =
        |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
    let headers: Vec<(String, String)> = lines.filter_map(pair).collect();
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, n)| n.parse().unwrap());
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Asked { method, path, headers, body })
}

pub async fn pass(behind: SocketAddr, asked: &Asked) -> Reply {
    let ours = ["content-length", "connection"];
    let headers = asked.headers.iter().filter(|(name, _)| !ours.contains(&name.as_str()));
    let call = headers
        .fold(Call::to(behind, &asked.method, &asked.path), |call, (name, value)| call.header(name, value));
    let Answer { status, headers, body } = call.body(asked.body.clone()).send().await;
    let theirs = ["content-length", "connection", "transfer-encoding"];
    let shown = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = headers
        .iter()
        .filter(|(name, _)| !theirs.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), shown(value.as_bytes())))
        .collect();
    Reply { status, headers, body }
}
