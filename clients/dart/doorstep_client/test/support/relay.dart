import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:test/test.dart';

/// What becomes of one sign-up on its way.
enum Fault {
  /// The server does it, its answer is lost.
  dropAnswer,

  /// The server does it, its answer does not come.
  holdAnswer,

  /// The server is asked for nothing: it is busy.
  busy,
}

/// A proxy before a real server that loses what a test wants to be lost.
final class Relay {
  Relay._(this._server, this._target);

  static Future<Relay> to(Uri target) async {
    final server = await HttpServer.bind(InternetAddress.loopbackIPv4, 0);
    final relay = Relay._(server, target);
    // A test that is over waits for nobody: what is on its way then, fails.
    server.listen(
      (request) => relay._pass(request).onError<IOException>((_, _) {}),
    );
    addTearDown(() {
      relay._client.close(force: true);
      return server.close(force: true);
    });
    return relay;
  }

  final HttpServer _server;
  final Uri _target;
  final _client = HttpClient();
  final _lines = StreamController<String>.broadcast();

  /// What has come in, as `METHOD path`.
  final List<String> seen = [];

  /// What becomes of the next sign-ups and changes of password, in this order.
  final List<Fault> faults = [];

  /// Requests whose answer is still owed to somebody who waits.
  int open = 0;

  Uri get url => Uri.parse('http://127.0.0.1:${_server.port}');

  int count(String line) => seen.where((one) => one == line).length;

  /// Waits for the next request of that kind.
  Future<void> arrived(String line) async {
    if (!seen.contains(line)) await _lines.stream.firstWhere((l) => l == line);
  }

  Future<void> _pass(HttpRequest request) async {
    final line = '${request.method} ${request.uri.path}';
    final isStruck = const {
      '/api/signup',
      '/api/user/password',
    }.contains(request.uri.path);
    final isFaulty = isStruck && faults.isNotEmpty;
    final fault = isFaulty ? faults.removeAt(0) : null;
    final body = await request.fold(<int>[], (all, part) => all..addAll(part));
    seen.add(line);
    _lines.add(line);
    if (fault == Fault.busy) return _busy(request.response);
    final answer = await _forward(request, body);
    final bytes = await answer.fold(<int>[], (all, part) => all..addAll(part));
    switch (fault) {
      case Fault.dropAnswer:
        (await request.response.detachSocket(writeHeaders: false)).destroy();
      case Fault.holdAnswer:
        await _hold(request.response);
      case Fault.busy || null:
        request.response.statusCode = answer.statusCode;
        answer.headers.forEach((name, values) {
          if (_isCopied(name)) request.response.headers.set(name, values);
        });
        request.response.add(bytes);
        await request.response.close();
    }
  }

  bool _isCopied(String name) => !const {
    'transfer-encoding',
    'content-length',
    'connection',
  }.contains(name);

  Future<HttpClientResponse> _forward(HttpRequest from, List<int> body) async {
    final to = await _client.openUrl(
      from.method,
      _target.resolve('${from.uri}'),
    );
    from.headers.forEach((name, values) {
      if (_isCopied(name) && name != 'host') to.headers.set(name, values);
    });
    to.contentLength = body.length;
    to.add(body);
    return to.close();
  }

  Future<void> _busy(HttpResponse response) {
    response
      ..statusCode = 503
      ..headers.contentType = ContentType('application', 'problem+json')
      ..headers.set('retry-after', '1')
      ..write(jsonEncode({'code': 'busy', 'message': 'Please try again'}));
    return response.close();
  }

  /// Until the other side gives up.
  Future<void> _hold(HttpResponse response) async {
    open++;
    final socket = await response.detachSocket(writeHeaders: false);
    await socket.drain<void>().catchError((Object _) {});
    open--;
    socket.destroy();
  }
}
