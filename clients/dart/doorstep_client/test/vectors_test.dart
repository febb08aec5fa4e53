import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:doorstep_client/src/diagnose/answers.dart';
import 'package:doorstep_client/src/diagnose/echo.dart';
import 'package:doorstep_client/src/diagnose/places.dart';
import 'package:doorstep_client/src/diagnose/unreachable.dart';
import 'package:test/test.dart';

import 'support/scripted.dart' hide Sent;

// The same files are run by the server's tests and by the TypeScript client's.

typedef Json = Map<String, Object?>;

List<Json> vectors(String name) {
  // Tests run in the package's folder or in the repository's.
  final folder = [
    '../../vectors',
    'clients/vectors',
  ].firstWhere((folder) => Directory(folder).existsSync());
  final file = jsonDecode(File('$folder/$name.json').readAsStringSync());
  return ((file as Json)['vectors']! as List<Object?>).cast<Json>();
}

const password = 'correct horse battery staple';

final Map<String, Future<DoorstepError?> Function(Scripted)> calls = {
  'policy': (on) async => (await on.client.policy()).error,
  'login': (on) async => (await on.login()).error,
  'signUp': (on) async => (await on.signUp()).error,
  'signUpOther': (on) async => (await on.client.signUp(
    name: 'Grace',
    email: 'grace@example.com',
    password: password,
  )).error,
  'changePassword': (on) async => (await on.client.changePassword(
    currentPassword: password,
    newPassword: 'another long secret',
  )).error,
  'deleteAccount': (on) async =>
      (await on.client.deleteAccount(currentPassword: password)).error,
  'addresses': (on) async => (await on.client.addresses.list()).error,
  'logout': (on) async => (await on.client.logout()).error,
  'refresh': (on) async => (await on.client.refresh()).error,
};

/// The words of the vectors for a state.
String statusOf(SessionState state) => switch (state) {
  Restoring() => 'restoring',
  SignedIn() => 'signed-in',
  SignedOut() => 'signed-out',
};

void main() {
  group('answers', () {
    for (final vector in vectors('answers')) {
      test(vector['name'], () => judgeAnswer(vector));
    }
  });
  group('retries', () {
    for (final vector in vectors('retries')) {
      test(vector['name'], () => countRequests(vector));
    }
  });
  group('session', () {
    for (final vector in vectors('session')) {
      test(vector['name'], () => followSession(vector));
    }
  });
  group('devices', () {
    for (final vector in vectors('devices')) {
      final name = '${vector['kind']}: ${vector['name']}';
      test(name, () => followDevice(vector));
    }
  });
  group('diagnose', () {
    for (final vector in vectors('diagnose')) {
      final name = '${vector['kind']}: ${vector['name']}';
      test(name, () => expect(judgeConnection(vector), vector['hints']));
    }
  });
  group('inputs', () {
    for (final vector in vectors('inputs')) {
      test('${vector['field']} ${vector['typed']}', () => sendInput(vector));
    }
  });
}

Future<void> judgeAnswer(Json vector) async {
  final scripted = Scripted()..reply(Reply.of(vector['answer']));
  final verdict = vector['verdict']! as Json;
  final result = await scripted.login();
  if (result case LoginOk(:final customer)) {
    expect(verdict['ok'], true);
    expect(customer.name, verdict['name']);
    return;
  }
  final error = result.error!;
  final found = {
    'ok': false,
    'code': error.code,
    'status': error.status,
    'message': error.message,
    'requestId': error.requestId,
    'retryAfter': error.retryAfter?.inSeconds,
    'fields': error.fields.map((name, field) => MapEntry(name, field.code)),
  };
  for (final MapEntry(:key, :value) in verdict.entries) {
    expect(found[key], value, reason: key);
  }
}

Future<void> countRequests(Json vector) async {
  final timeout = Duration(milliseconds: vector['timeout']! as int);
  final scripted = Scripted(timeout: timeout);
  for (final made in (vector['calls']! as List<Object?>).cast<Json>()) {
    final before = scripted.sent.length;
    scripted.pauses.clear();
    scripted.replyAll((made['answers']! as List<Object?>).map(Reply.of));
    final error = await calls[made['call']]!(scripted);
    final verdict = made['verdict']! as Json;
    expect(error?.code, verdict['code']);
    expect(scripted.sent.length - before, verdict['requests']);
    final pauses = verdict['pauses'] as List<Object?>? ?? const [];
    for (final (at, pause) in pauses.cast<num>().indexed) {
      final waited = scripted.pauses[at].inMilliseconds / 1000;
      expect(waited, inInclusiveRange(pause, pause + 0.31));
    }
  }
  final sent = [for (final one in scripted.sent) one.key];
  if (vector['keys'] case final List<Object?> keys) {
    final known = sent.toSet().toList();
    expect([for (final key in sent) 'abc'[known.indexOf(key)]], keys);
  } else {
    expect(sent, everyElement(isNull));
  }
}

Future<void> followSession(Json vector) async {
  final scripted = Scripted();
  final open =
      <String, ({Completer<Reply> reply, Future<DoorstepError?> outcome})>{};
  for (final step in (vector['steps']! as List<Object?>).cast<Json>()) {
    if (step['start'] case final String call) {
      final reply = Completer<Reply>();
      scripted.reply(reply.future);
      open[call] = (reply: reply, outcome: calls[call]!(scripted));
      await pumpEventQueue();
      continue;
    }
    final answer = Reply.of(step['answer']);
    final DoorstepError? error;
    if (step['release'] case final String call) {
      open[call]!.reply.complete(answer);
      error = await open[call]!.outcome;
    } else {
      // A read that meets no answer is asked for three times.
      scripted.replyAll([answer, answer, answer]);
      error = await calls[step['call']]!(scripted);
      scripted.script.replies.clear();
    }
    final expected = step['expect']! as Json;
    final state = scripted.client.session.value;
    expect(statusOf(state), expected['state'], reason: '$step');
    if (expected['stale'] case final bool stale) {
      expect((state as SignedIn).stale, stale);
    }
    if (expected['ok'] case final bool ok) expect(error == null, ok);
  }
}

/// What a kit keeps to be a known device, and what a login sends of it.
Future<void> followDevice(Json vector) async {
  const key = 'doorstep:http://shop.test:devices';
  final storage = MemoryStorage({key: ?vector['stored'] as String?});
  final scripted = Scripted(storage: storage);
  Reply welcomeOf(Object? user, [Object? device]) => Reply.json(200, {
    'user': user,
    'token': 'ds_token_1',
    'deviceToken': ?device,
  });
  if (vector['kind'] == 'login') {
    scripted.replyAll([Reply.json(200, vector['policy']), welcomeOf(adaJson)]);
    final typed = vector['typed']! as String;
    await scripted.client.login(email: typed, password: password);
    final login = scripted.sent.firstWhere((one) => one.path == '/api/login');
    expect((login.body! as Json)['deviceToken'], vector['sent']);
    return;
  }
  for (final answer in (vector['answers']! as List<Object?>).cast<Json>()) {
    final user = {...adaJson, 'email': answer['email']};
    scripted.reply(welcomeOf(user, answer['deviceToken']));
    await scripted.login();
  }
  if (vector['then'] case final String then) {
    scripted.reply(const Reply(204, ''));
    await calls[then]!(scripted);
  }
  final kept = vector['kept'];
  expect(storage.values[key], kept == null ? null : jsonEncode(kept));
}

/// What a kit in development says of a connection.
List<String> judgeConnection(Json vector) {
  Uri? uri(String name) => switch (vector[name]) {
    final String text => Uri.parse(text),
    _ => null,
  };
  switch (vector['kind']) {
    case 'addresses':
      final cookies = vector['cookies']! as bool;
      return compareAddresses(uri('page')!, uri('api')!, cookies: cookies);
    case 'probes':
      final seen = vector['probes']! as Json;
      final hint = judgeProbes(
        uri('page')!,
        vector['method']! as String,
        uri('url')!,
        probesOf(seen),
        isOffline: seen['offline'] == true,
      );
      return [hint];
    case 'answer':
      final error = DoorstepError(
        code: vector['code']! as String,
        message: '',
        status: vector['status']! as int,
      );
      final headers = (vector['headers']! as Json).cast<String, String>();
      final hint = answerHint(
        error,
        '${vector['url']}',
        const Duration(seconds: 10),
        (text: vector['body']! as String, headers: headers),
        isOwnHost: uri('page')?.origin == uri('url')!.origin,
      );
      return [?hint];
    default:
      final sent = Sent(
        // Where no cookie carries the session, there is no page to ask from.
        page: vector['cookies'] == true ? uri('page') : null,
        api: uri('api')!,
        bytes: vector['bytes']! as int,
        now: DateTime.parse(vector['now']! as String),
      );
      return compareEcho(sent, vector['seen'], vector['again']);
  }
}

Probes probesOf(Json json) => Probes(
  health: json['health'] as bool?,
  any: json['any'] as bool?,
  plain: json['plain'] as bool?,
  fresh: json['fresh'] as bool?,
  https: json['https'] as bool?,
  cookies: json['cookies'] as bool?,
  refused: (json['refused'] as List<Object?>? ?? const []).cast(),
  preflight: json['preflight'] as bool?,
  method: json['method'] as bool?,
);

Future<void> sendInput(Json vector) async {
  final scripted = Scripted();
  final field = vector['field']! as String;
  final typed = vector['typed']! as String;
  if (field == 'phone') {
    scripted.replyAll([
      welcome(200),
      Reply.json(200, {'user': adaJson}),
    ]);
    await scripted.login();
    scripted.reply(const Reply(422, ''));
    await scripted.client.profile.update(ProfileChange(phone: typed));
  } else {
    scripted.reply(const Reply(422, ''));
    await scripted.client.signUp(
      name: field == 'name' ? typed : 'Ada Lovelace',
      email: field == 'email' ? typed : 'ada@example.com',
      password: field == 'password' ? typed : password,
    );
  }
  expect((scripted.sent.last.body! as Json)[field], vector['sent']);
}
