/// The few names of package:web that package:http's browser client uses.
library;

import 'dart:js_interop';

typedef HeadersInit = JSObject;
typedef RequestInfo = JSAny;

extension type AbortSignal(JSObject _) implements JSObject {}

extension type AbortController._(JSObject _) implements JSObject {
  external factory AbortController();
  external AbortSignal get signal;
  external void abort([JSAny? reason]);
}

extension type DOMException._(JSObject _) implements JSObject {
  external String get name;
}

extension type RequestInit._(JSObject _) implements JSObject {
  external factory RequestInit({
    String method,
    JSAny? body,
    String credentials,
    HeadersInit headers,
    AbortSignal? signal,
    String redirect,
  });
}

extension type Headers._(JSObject _) implements JSObject {
  external String? get(String name);
}

extension type ReadableStreamReadResult._(JSObject _) implements JSObject {
  external JSAny? get value;
  external bool get done;
}

extension type ReadableStreamDefaultReader._(JSObject _) implements JSObject {
  external JSPromise<ReadableStreamReadResult> read();
  external JSPromise<JSAny?> cancel();
}

extension type ReadableStream._(JSObject _) implements JSObject {
  external JSObject getReader();
}

extension type Response._(JSObject _) implements JSObject {
  external int get status;
  external String get statusText;
  external String get url;
  external Headers get headers;
  external ReadableStream? get body;
}
