//! Bare axum with its defaults: what an HTTP answer costs on this machine before any work is done for it.

use axum::{Json, Router, routing::get};
use serde_json::{Value, json};

async fn hello() -> Json<Value> {
    Json(json!({ "message": "Hello" }))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("hello is ready on http://{}", listener.local_addr()?);
    axum::serve(listener, Router::new().route("/api/user", get(hello))).await
}
