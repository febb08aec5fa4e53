import 'dart:convert';
import 'dart:io';

/// A real Doorstep with a database of its own, from the fixture that every
/// client suite starts (clients/fixture).
class Doorstep {
  Doorstep._(this._id, this.url);

  /// [env] holds further DOORSTEP_ variables.
  static Future<Doorstep> start([Map<String, String> env = const {}]) async {
    final made = await _ask('POST', '', env);
    return Doorstep._('${made['id']}', Uri.parse('${made['url']}'));
  }

  final String _id;
  final Uri url;

  /// Ends the process; the port and the database wait for [resume].
  Future<void> pause() => _ask('POST', '/$_id/pause');

  /// Starts again on the same port and database.
  Future<void> resume() => _ask('POST', '/$_id/resume');

  Future<void> stop() => _ask('DELETE', '/$_id');

  /// Waits for the newest mail to [email] that came later than number [after].
  Future<({int number, String kind, String code, Uri link})> mailTo(
    String email, {
    int after = 0,
  }) async {
    final path = Uri(
      path: '/_dev/mailbox/latest',
      queryParameters: {'to': email, 'after': '$after', 'wait': '10'},
    );
    final mail = await _send('GET', url.resolveUri(path));
    return (
      number: mail['number']! as int,
      kind: mail['kind']! as String,
      code: mail['code'] as String? ?? '',
      link: Uri.parse(mail['link'] as String? ?? ''),
    );
  }

  /// What somebody does who opens the link of a mail to log in: reads its page,
  /// and chooses the number that a device shows, or another one.
  Future<void> choose(Uri link, bool Function(String number) isIt) async {
    final page = url.resolve('/links/login');
    final client = HttpClient();
    try {
      final get = await client.getUrl(page.replace(query: link.query));
      final shown = await utf8.decodeStream(await get.close());
      String hidden(String name) =>
          RegExp('name="$name" value="([^"]+)"').firstMatch(shown)![1]!;
      final number = RegExp(
        r'value="(\d\d)"',
      ).allMatches(shown).map((found) => found[1]!).firstWhere(isIt);
      final post = await client.postUrl(page);
      post.headers
        ..set('origin', url.origin)
        ..contentType = ContentType('application', 'x-www-form-urlencoded');
      post.write(
        Uri(
          queryParameters: {
            'token': hidden('token'),
            'nonce': hidden('nonce'),
            'choice': number,
          },
        ).query,
      );
      final told = await post.close();
      final text = await utf8.decodeStream(told);
      if (told.statusCode != 200) throw StateError(text);
    } finally {
      client.close(force: true);
    }
  }

  /// How many mails went to [email].
  Future<int> mailsTo(String email) async {
    final all = await _send(
      'GET',
      url.resolve('/_dev/data/mails'),
      headers: {'doorstep-console': '1'},
    );
    final mails = (all['mails']! as List).cast<Map<String, Object?>>();
    return mails.where((mail) => mail['to'] == email).length;
  }

  static Future<Map<String, Object?>> _ask(
    String method,
    String path, [
    Map<String, String>? body,
  ]) {
    final fixture =
        Platform.environment['DOORSTEP_FIXTURE'] ??
        (throw StateError('Run these tests by tools/flutter test.'));
    return _send(method, Uri.parse('$fixture/servers$path'), body: body);
  }

  static Future<Map<String, Object?>> _send(
    String method,
    Uri url, {
    Map<String, String>? body,
    Map<String, String> headers = const {},
  }) async {
    final client = HttpClient();
    try {
      final request = await client.openUrl(method, url);
      headers.forEach(request.headers.set);
      if (body != null) request.write(jsonEncode(body));
      final response = await request.close();
      final text = await utf8.decodeStream(response);
      if (response.statusCode != 200) throw StateError(text);
      return jsonDecode(text) as Map<String, Object?>;
    } finally {
      client.close(force: true);
    }
  }
}

/// Stands between the app and a server: counts, and can lose answers or give
/// its own.
class Proxy {
  Proxy._(this._server, this._target) {
    _server.listen((request) async {
      try {
        await _pass(request);
      } on Object {
        // The app went away, or the server did: the connection ends as well.
      }
    });
  }

  static Future<Proxy> start(Uri target) async =>
      Proxy._(await HttpServer.bind(InternetAddress.loopbackIPv4, 0), target);

  final HttpServer _server;
  final Uri _target;
  final HttpClient _client = HttpClient();

  /// How many answers are still to be lost on their way back.
  int lose = 0;

  /// How many requests are still to be answered with [answer] instead.
  int refuse = 0;

  /// Writes the answer of a refused request.
  void Function(HttpResponse response)? answer;

  /// What arrived, as `METHOD /path`, and the status that the server gave.
  final List<(String request, int status, Map<String, Object?> body)> seen = [];

  Uri get url => Uri.parse('http://127.0.0.1:${_server.port}');

  /// The requests to [path] that reached the server.
  List<Map<String, Object?>> bodiesOf(String request) => [
    for (final (name, _, body) in seen)
      if (name == request) body,
  ];

  Future<void> stop() async {
    _client.close(force: true);
    await _server.close(force: true);
  }

  Future<void> _pass(HttpRequest from) async {
    final bytes = await _collect(from);
    if (refuse > 0) {
      refuse--;
      answer!(from.response);
      return from.response.close();
    }
    final to = await _client.openUrl(
      from.method,
      _target.resolve(from.uri.toString()),
    );
    to.followRedirects = false;
    for (final name in ['content-type', 'authorization', 'idempotency-key']) {
      if (from.headers.value(name) case final value?) {
        to.headers.set(name, value);
      }
    }
    to.add(bytes);
    final response = await to.close();
    final body = await _collect(response);
    _note(from, response.statusCode, body);
    if (lose > 0) {
      lose--;
      return; // The app waits until its patience ends.
    }
    from.response.statusCode = response.statusCode;
    for (final name in ['content-type', 'etag', 'retry-after', 'date']) {
      if (response.headers.value(name) case final value?) {
        from.response.headers.set(name, value);
      }
    }
    from.response.add(body);
    await from.response.close();
  }

  void _note(HttpRequest from, int status, List<int> body) {
    final text = utf8.decode(body);
    seen.add((
      '${from.method} ${from.uri.path}',
      status,
      text.startsWith('{') ? jsonDecode(text) as Map<String, Object?> : {},
    ));
  }

  static Future<List<int>> _collect(Stream<List<int>> stream) =>
      stream.fold([], (bytes, chunk) => bytes..addAll(chunk));
}
