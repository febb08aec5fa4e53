import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:doorstep_client/src/http.dart';
import 'package:http/http.dart' as http;
import 'package:test/test.dart';

import 'support/scripted.dart';

/// A server on a real socket that answers as badly as the test asks it to.
Future<DoorstepClient> clientOf(
  Future<void> Function(HttpRequest request) answer, {
  Duration timeout = const Duration(seconds: 5),
}) async {
  final server = await HttpServer.bind(InternetAddress.loopbackIPv4, 0);
  server.listen((request) async {
    await request.drain<void>();
    await answer(request).onError<IOException>((_, _) {});
  });
  final client = DoorstepClient(
    baseUrl: Uri.parse('http://127.0.0.1:${server.port}'),
    timeout: timeout,
    log: printOnFailure,
  );
  addTearDown(() {
    client.close();
    return server.close(force: true);
  });
  return client;
}

/// Answers every connection with [text], whatever it asks for.
Future<DoorstepClient> clientOfText(
  String text, {
  String scheme = 'http',
  bool isCut = true,
}) async {
  final server = await ServerSocket.bind(InternetAddress.loopbackIPv4, 0);
  addTearDown(server.close);
  server.listen((socket) async {
    addTearDown(socket.destroy);
    await socket.first;
    socket.write(text);
    await socket.flush();
    if (isCut) socket.destroy();
  });
  final client = DoorstepClient(
    baseUrl: Uri.parse('$scheme://127.0.0.1:${server.port}'),
    timeout: const Duration(seconds: 5),
    log: printOnFailure,
  );
  addTearDown(client.close);
  return client;
}

/// The head of an answer in JSON.
String head(int length) =>
    'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
    'content-length: $length\r\n\r\n';

Future<DoorstepError> loginError(DoorstepClient client) async {
  final result = await client.login(email: 'a@example.com', password: 'secret');
  expect(result, isA<LoginUnavailable>());
  return result.error!;
}

void main() {
  group('on a real socket', () {
    test('a body that is cut off is no answer', () async {
      final client = await clientOfText('${head(100)}{"user":');
      final error = await loginError(client);
      expect(error.code, ClientErrorCode.unreachable);
    });

    test('a body that never ends is given up', () async {
      final client = await clientOf((request) async {
        request.response.headers.contentType = ContentType.json;
        request.response.write('{');
        await request.response.flush();
      }, timeout: const Duration(milliseconds: 200));
      final error = await loginError(client);
      expect(error.code, ClientErrorCode.noAnswerInTime);
      expect(error.reason, UnavailableReason.timeout);
    });

    test('something that does not speak HTTP is no answer', () async {
      final client = await clientOfText('SSH-2.0-OpenSSH_9.2\r\n');
      expect((await loginError(client)).code, ClientErrorCode.unreachable);
    });

    test('TLS where there is none is no matter of trust', () async {
      final client = await clientOfText(
        'HTTP/1.1 400 Bad Request\r\n\r\n',
        scheme: 'https',
      );
      final error = await loginError(client);
      expect(error.reason, UnavailableReason.tls);
      expect(error.hint, contains('does not speak TLS'));
    });

    test('a name that nobody has is offline', () async {
      final client = DoorstepClient(
        baseUrl: Uri.parse('http://doorstep.invalid'),
        log: printOnFailure,
      );
      final error = await loginError(client);
      expect(error.reason, UnavailableReason.offline);
      expect(error.hint, startsWith('The name doorstep.invalid cannot'));
    });

    test('a web page is told by its title', () async {
      final client = await clientOf((request) async {
        request.response
          ..statusCode = 502
          ..headers.contentType = ContentType.html
          ..write('<!DOCTYPE html><TITLE>Bad Gateway</TITLE>');
        await request.response.close();
      });
      final error = await loginError(client);
      expect(error.reason, UnavailableReason.notJson);
      expect(
        error.hint,
        allOf(startsWith('DS-20 '), contains('502 "Bad Gateway"')),
      );
    });

    test('a redirect is not followed, and its target is told', () async {
      var count = 0;
      final client = await clientOf((request) async {
        count++;
        request.response
          ..statusCode = 308
          ..headers.set('location', 'https://shop.example/api/login');
        await request.response.close();
      });
      final error = await loginError(client);
      expect(error.reason, UnavailableReason.redirected);
      expect(
        error.hint,
        allOf(startsWith('DS-19 '), contains('https://shop.example')),
      );
      expect(count, 1);
    });
  });

  group('absurd sizes', () {
    test('a body that is announced too large is not read', () async {
      final text = '${head(Http.largestBody + 1)}{';
      final client = await clientOfText(text, isCut: false);
      final error = await loginError(client);
      expect(error.code, ClientErrorCode.unexpectedAnswer);
    });

    test('a body that grows too large is given up', () async {
      var sent = 0;
      final chunk = List.filled(1024 * 1024, 0x20);
      final client = await clientOf((request) async {
        request.response.headers.contentType = ContentType.json;
        while (sent < 10 * Http.largestBody) {
          request.response.add(chunk);
          await request.response.flush();
          sent += chunk.length;
          // What is under way when the client gives up must not be the machine's speed.
          if (sent > Http.largestBody) {
            await Future<void>.delayed(const Duration(milliseconds: 50));
          }
        }
      });
      final error = await loginError(client);
      expect(error.code, ClientErrorCode.unexpectedAnswer);
      expect(sent, lessThan(3 * Http.largestBody));
    });

    test('a title of many megabytes makes a short hint', () async {
      final client = await clientOf((request) async {
        request.response
          ..headers.contentType = ContentType.html
          ..write('<title>${'x' * 5000000}');
        await request.response.close();
      });
      expect((await loginError(client)).hint!.length, lessThan(500));
    });

    test('JSON of a million levels is no answer', () async {
      final scripted = Scripted()
        ..reply(
          Reply(200, '${'[' * 1000000}${']' * 1000000}', headers: jsonHeaders),
        );
      final result = await scripted.login();
      expect((result as LoginUnavailable).reason, UnavailableReason.notJson);
    });
  });

  group('answers of another shape', () {
    final wrong = <String, Object?>{
      'no user': {'token': 'x'},
      'a user that is a text': {'user': 'Ada', 'token': 'x'},
      'a user without an id': {
        'user': {...adaJson}..remove('id'),
        'token': 'x',
      },
      'a number in place of a name': {
        'user': {...adaJson, 'name': 7},
        'token': 'x',
      },
      'a date that is none': {
        'user': {...adaJson, 'createdAt': 'yesterday'},
        'token': 'x',
      },
      'no token': {'user': adaJson},
      'an empty token': {'user': adaJson, 'token': ''},
      'a list': [adaJson],
      'a text': 'welcome',
    };
    for (final MapEntry(:key, :value) in wrong.entries) {
      test('$key is no sign-up, and no session', () async {
        final scripted = Scripted()..reply(Reply.json(201, value));
        final result = await scripted.signUp();
        expect((result as SignUpUnavailable).reason, UnavailableReason.notJson);
        expect(scripted.client.session.value, isA<Restoring>());
      });

      test('$key does not end a session', () async {
        final scripted = Scripted()..reply(welcome());
        await scripted.signUp();
        scripted.reply(Reply.json(200, value));
        final state = await scripted.client.refresh();
        final isUser = value is Map && value['user'] == adaJson;
        expect((state as SignedIn).stale, !isUser);
      });
    }

    test('lists and objects where others are expected are failures', () async {
      final scripted = Scripted();
      final client = scripted.client;
      for (final body in [
        {'addresses': 'none'},
        {
          'addresses': [1],
        },
        {'sessions': <String, Object>{}},
        {'password': 8},
        <Object>[],
      ]) {
        scripted.replyAll(List.filled(4, Reply.json(200, body)));
        expect((await client.addresses.list()).error, isNotNull);
        expect((await client.sessions.list()).error, isNotNull);
        expect((await client.policy()).error, isNotNull);
      }
      expect(scripted.sent.length, 15);
    });

    test('a refusal with fields of any shape is a refusal', () async {
      for (final fields in [
        'email',
        7,
        [1],
        {'email': 'bad'},
        {
          'email': {'code': 1},
        },
        null,
      ]) {
        final scripted = Scripted()
          ..reply(
            Reply.json(422, {'code': 'invalid_fields', 'fields': fields}),
          );
        final result = await scripted.signUp();
        expect((result as SignUpRejected).fields, isEmpty);
        expect(result.error.message, isNotEmpty);
      }
    });

    test('a field error without a text has its code for one', () async {
      final scripted = Scripted()
        ..reply(
          Reply.json(422, {
            'code': 'invalid_fields',
            'fields': {
              'email': {'code': 'email_invalid', 'message': 3},
            },
          }),
        );
      final result = await scripted.signUp() as SignUpRejected;
      expect(result.fields['email']!.message, 'email_invalid');
    });
  });

  test('bytes that are no UTF-8 are replaced, not thrown', () async {
    final client = await clientOf((request) async {
      request.response
        ..headers.contentType = ContentType.json
        ..statusCode = 401
        ..add([...utf8.encode('{"code":"invalid_credentials","message":"')])
        ..add([0xff, 0xfe])
        ..add(utf8.encode('"}'));
      await request.response.close();
    });
    final result = await client.login(email: 'a', password: 'b');
    expect((result as LoginRejected).error.code, 'invalid_credentials');
  });

  test('a code of a newer server is kept, and named in a hint', () async {
    final scripted = Scripted()..reply(Reply.problem(409, 'moon_phase'));
    final result = await scripted.login() as LoginRejected;
    expect(result.error.code, 'moon_phase');
    expect(result.error.hint, contains('"moon_phase"'));
  });

  test('202 is an account that waits for its mail', () async {
    final scripted = Scripted()
      ..reply(Reply.json(202, {'message': 'Mail', 'request': 'ds_request_1'}));
    final result = await scripted.signUp();
    final needs = result as SignUpNeedsVerification;
    expect((needs.message, needs.request), ('Mail', 'ds_request_1'));
    expect(scripted.client.session.value, isNot(isA<SignedIn>()));
  });

  test('202 of something else is no account that waits', () async {
    final scripted = Scripted()..reply(Reply.json(202, {'message': 'Queued'}));
    final result = await scripted.signUp() as SignUpUnavailable;
    expect(result.error.code, ClientErrorCode.unexpectedAnswer);
  });

  test('a client that was closed answers with a failure', () async {
    final client = DoorstepClient(
      baseUrl: Uri.parse('http://127.0.0.1:9'),
      log: printOnFailure,
    )..close();
    final result = await client.login(email: 'a', password: 'b');
    expect(result, isA<LoginUnavailable>());
  });

  test('a client that throws nonsense is no answer', () async {
    final client = DoorstepClient(
      baseUrl: Uri.parse('http://shop.test'),
      httpClient: _Throwing(),
      log: printOnFailure,
    );
    expect((await loginError(client)).code, ClientErrorCode.unreachable);
  });
}

final class _Throwing extends http.BaseClient {
  @override
  // The point of the test: anything may come out of a client.
  // ignore: only_throw_errors
  Future<http.StreamedResponse> send(http.BaseRequest request) => throw 'boo';
}
