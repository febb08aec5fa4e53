import 'dart:convert';
import 'dart:io' as io;

import 'package:doorstep_client/doorstep_client.dart';
import 'package:doorstep_client/src/client.dart';
import 'package:doorstep_client/src/diagnose/failure.dart';
import 'package:doorstep_client/src/platform/platform.dart';
import 'package:http/http.dart' as http;
import 'package:http/testing.dart';
import 'package:test/test.dart';

import 'support/doorstep.dart';

/// Diagnoses a connection without a browser.
Future<List<Finding>> diagnose(Uri url, {List<String>? lines}) {
  final client = DoorstepClient(
    baseUrl: url,
    log: lines?.add ?? printOnFailure,
  );
  addTearDown(client.close);
  return client.diagnose();
}

/// A real server that answers as badly as the test asks it to.
Future<Uri> serve(void Function(io.HttpRequest request) answer) async {
  final server = await io.HttpServer.bind(io.InternetAddress.loopbackIPv4, 0);
  addTearDown(() => server.close(force: true));
  server.listen((request) {
    answer(request);
    request.response.close();
  });
  return Uri.parse('http://127.0.0.1:${server.port}');
}

/// A browser that lets its page read some answers and hides the others.
final class FakeBrowser implements Platform {
  FakeBrowser(this._isReadable, {this.at = 'http://localhost:5173/'});

  final bool Function(Uri url, Ask ask) _isReadable;
  final String at;
  final List<String> asked = [];

  @override
  Uri get page => Uri.parse(at);

  @override
  bool get isAndroidEmulator => false;

  @override
  http.Client createHttpClient(Duration timeout) =>
      MockClient((_) async => throw http.ClientException('Failed to fetch'));

  @override
  Failure describe(Object exception) => Failure('$exception');

  @override
  Future<String?> ask(Uri url, Ask ask, Duration timeout) async {
    asked.add('${ask.method} ${url.path}');
    return _isReadable(url, ask) ? '{"message":"Doorstep is running"}' : null;
  }

  @override
  Tabs openTabs(String name, void Function(String news) hear) => const NoTabs();

  @override
  void Function() onOnline(void Function() listener) => () {};
}

Future<DoorstepError> failOn(FakeBrowser browser, [String? url]) async {
  final client = WiredClient(
    baseUrl: Uri.parse(url ?? 'http://localhost:5000'),
    platform: browser,
    log: printOnFailure,
  );
  final result = await client.login(email: 'ada@example.com', password: 'x');
  return result.error!;
}

void main() {
  group('a call of a page that came to nothing', () {
    test('is DS-01 where Doorstep is there and its API hidden', () async {
      final error = await failOn(
        FakeBrowser((url, _) => url.path == '/healthz'),
      );
      expect(
        error.hint,
        'DS-01 The server is up, but origin http://localhost:5173 is not '
        'allowed. Run: doorstep origins add http://localhost:5173',
      );
      expect(error.reason, UnavailableReason.cors);
    });

    test('is DS-25 where nobody is, after two more requests', () async {
      final browser = FakeBrowser((_, _) => false);
      final error = await failOn(browser);
      expect(error.hint, startsWith('DS-25 '));
      expect(error.reason, UnavailableReason.unreachable);
      expect(browser.asked, ['GET /healthz', 'GET /healthz']);
    });

    final cases = <String, (bool Function(Uri, Ask), String)>{
      'a symptom where another program is': (
        (_, ask) => ask.isHidden,
        'Something answers at http://api.shop.test',
      ),
      'DS-06 where the way leads to https': (
        (url, ask) => ask.isHidden || url.isScheme('https'),
        'DS-06 ',
      ),
      'DS-07 where only a cache hides it': (
        (url, _) => url.path == '/healthz' || url.hasQuery,
        'DS-07 ',
      ),
      'DS-04 where cookies make the difference': (
        (_, ask) => !ask.withCookies && ask.headers.isEmpty,
        'DS-04 ',
      ),
      'DS-05 where its own header stops the preflight': (
        (_, ask) => !ask.headers.containsKey('content-type'),
        'DS-05 ',
      ),
      'no guess where no preflight passes': (
        (_, ask) => ask.headers.isEmpty,
        'The preflight (OPTIONS) of POST ',
      ),
      'DS-02 where a header of other calls is refused': (
        (_, ask) => !ask.headers.containsKey('if-match'),
        'DS-02 ',
      ),
    };
    for (final MapEntry(:key, value: (isReadable, hint)) in cases.entries) {
      test('is $key', () async {
        final error = await failOn(
          FakeBrowser(isReadable, at: 'http://shop.test/'),
          'http://api.shop.test',
        );
        expect(error.hint, startsWith(hint));
      });
    }
  });

  test('a sound connection is told so', () async {
    final server = await Doorstep.start();
    final lines = <String>[];
    expect(await diagnose(server.url, lines: lines), isEmpty);
    expect(lines.last, contains('Reads and writes reach ${server.url}/api'));
  });

  test('a server in production says nothing of what it saw', () async {
    final server = await Doorstep.start({'DOORSTEP_SERVER_MODE': 'production'});
    final lines = <String>[];
    expect(await diagnose(server.url, lines: lines), isEmpty);
    expect(lines.first, contains('production mode'));
  });

  test('nobody there is DS-25, without a link that leads nowhere', () async {
    final found = await diagnose(Uri.parse('http://127.0.0.1:9'));
    expect((found.single.id, found.single.url), ('DS-25', null));
  });

  test('a web page is DS-20, a redirect DS-19', () async {
    final page = await serve((request) {
      request.response.headers.contentType = io.ContentType.html;
      request.response.write('<!doctype html><title>My shop</title>');
    });
    expect((await diagnose(page)).single.message, contains('200 "My shop"'));
    final moved = await serve((request) {
      request.response.statusCode = 308;
      request.response.headers.set(
        'location',
        'https://shop.test${request.uri}',
      );
    });
    expect(
      (await diagnose(moved)).single.message,
      allOf(
        startsWith('DS-19 '),
        contains('Set baseUrl to https://shop.test.'),
      ),
    );
  });

  test('the word of the server itself is taken over', () async {
    final server = await serve((request) {
      request.response
        ..statusCode = 400
        ..headers.contentType = io.ContentType('application', 'problem+json')
        ..write(jsonEncode({'code': 'malformed_body', 'hint': 'DS-18 Stop.'}));
    });
    final found = await diagnose(server);
    expect((found.single.id, found.single.message), ('DS-18', 'DS-18 Stop.'));
  });
}
