import 'dart:async';
import 'dart:js_interop';

import 'package:http/http.dart' as http;

/// The browser's fetch, with what `BrowserClient` has no way to ask for:
/// cookies for another origin, and a redirect that can be told from no answer.
final class FetchClient extends http.BaseClient {
  final Set<_AbortController> _running = {};
  bool _isClosed = false;

  @override
  Future<http.StreamedResponse> send(http.BaseRequest request) async {
    if (_isClosed) {
      throw http.ClientException('The client is closed.', request.url);
    }
    final abort = _AbortController();
    _running.add(abort);
    if (request case http.Abortable(:final abortTrigger?)) {
      unawaited(abortTrigger.whenComplete(() => abort.abort()));
    }
    try {
      final body = await request.finalize().toBytes();
      final init = _RequestInit(
        method: request.method,
        headers: request.headers.jsify()! as JSObject,
        body: body.isEmpty ? null : body.toJS,
        credentials: 'include',
        redirect: 'manual',
        signal: abort.signal,
      );
      final response = await fetch('${request.url}'.toJS, init).toDart;
      return _streamed(response, request);
    } on Object catch (exception) {
      throw http.ClientException('$exception', request.url);
    } finally {
      _running.remove(abort);
    }
  }

  @override
  void close() {
    _isClosed = true;
    for (final abort in _running) {
      abort.abort();
    }
  }
}

http.StreamedResponse _streamed(FetchResponse response, http.BaseRequest to) {
  // A browser hides a redirect that is not followed behind the status 0.
  final isRedirect = response.type == 'opaqueredirect';
  final headers = <String, String>{};
  response.headers.forEach(
    ((String value, String name) {
      headers[name.toLowerCase()] = value;
    }).toJS,
  );
  return http.StreamedResponse(
    _chunks(response.body),
    isRedirect ? 302 : response.status,
    headers: headers,
    request: to,
    isRedirect: isRedirect,
  );
}

Stream<List<int>> _chunks(FetchBody? body) async* {
  final reader = body?.getReader();
  if (reader == null) return;
  var isDone = false;
  try {
    while (true) {
      final chunk = await reader.read().toDart;
      if (isDone = chunk.done) return;
      yield chunk.value!.toDart;
    }
  } finally {
    if (!isDone) {
      unawaited(reader.cancel().toDart.then((_) {}, onError: (_) {}));
    }
  }
}

/// The browser's own function.
@JS()
external JSPromise<FetchResponse> fetch(JSString url, JSObject init);

extension type _RequestInit._(JSObject _) implements JSObject {
  external factory _RequestInit({
    String method,
    JSObject headers,
    JSAny? body,
    String credentials,
    String redirect,
    JSObject signal,
  });
}

@JS('AbortController')
extension type _AbortController._(JSObject _) implements JSObject {
  external _AbortController();
  external JSObject get signal;
  external void abort();
}

/// The browser's answer.
extension type FetchResponse._(JSObject _) implements JSObject {
  /// 0 when it is hidden.
  external int get status;

  /// `opaqueredirect` for a redirect that was not followed.
  external String get type;

  /// Those that the page may see.
  external FetchHeaders get headers;

  /// Null where an answer has none.
  external FetchBody? get body;

  /// The whole body; empty where the browser hides it.
  external JSPromise<JSString> text();
}

/// The headers of an answer.
extension type FetchHeaders._(JSObject _) implements JSObject {
  /// Calls back with value and name of each.
  external void forEach(JSFunction callback);
}

/// The body of an answer.
extension type FetchBody._(JSObject _) implements JSObject {
  external FetchReader getReader();
}

/// Reads a body piece by piece.
extension type FetchReader._(JSObject _) implements JSObject {
  external JSPromise<FetchChunk> read();
  external JSPromise<JSAny?> cancel();
}

/// A piece of a body, or its end.
extension type FetchChunk._(JSObject _) implements JSObject {
  external bool get done;
  external JSUint8Array? get value;
}
