import 'dart:async';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:test/test.dart';

import 'support/scripted.dart';

final waits = Reply.json(202, {'message': 'Open the link'});

void main() {
  test('the server is asked every three seconds', () async {
    final scripted = Scripted()..replyAll([waits, waits, welcome(200)]);
    final login = await scripted.client.waitForLogin(request: 'r');
    expect(login, isA<LoginOk>());
    expect(scripted.pauses, [for (var i = 0; i < 2; i++) _seconds(3)]);
    expect(scripted.sent.map((one) => one.path).toSet(), {
      '/api/login/code/poll',
    });
    expect(scripted.sent.first.body, {'request': 'r', 'session': 'token'});
  });

  test('the device is known by what an earlier login left', () async {
    final storage = MemoryStorage();
    storage.values['doorstep:http://shop.test:devices'] =
        '{"ada@example.com":"ds_device_1"}';
    final scripted = Scripted(storage: storage)
      ..replyAll([
        Reply.json(202, {'message': 'm', 'request': 'r', 'number': '42'}),
        waits,
        welcome(200),
      ]);
    await scripted.client.requestLoginCode(email: 'Ada@example.com');
    await scripted.client.waitForLogin(request: 'r');
    for (final poll in scripted.sent.skip(1)) {
      expect(poll.body, containsPair('deviceToken', 'ds_device_1'));
    }
  });

  test('what cannot be reached is asked more seldom', () async {
    final busy = Reply(
      503,
      '{"code":"busy","message":"Busy"}',
      headers: {...jsonHeaders, 'retry-after': '40'},
    );
    final limited = Reply(
      429,
      '{"code":"rate_limited","message":"Too many"}',
      headers: {...jsonHeaders, 'retry-after': '20'},
    );
    final scripted = Scripted()
      ..replyAll([
        for (var i = 0; i < 5; i++) Reply.refused,
        busy,
        waits,
        limited,
        welcome(200),
      ]);
    expect(await scripted.client.waitForLogin(request: 'r'), isA<LoginOk>());
    final asked = scripted.pauses.map((pause) => pause.inSeconds);
    expect(asked, [6, 12, 24, 30, 30, 40, 3, 20]);
  });

  test('it ends after ten minutes', () async {
    final scripted = Scripted()
      ..replyAll([for (var i = 0; i < 300; i++) waits]);
    final login = await scripted.client.waitForLogin(request: 'r');
    expect(login, isA<LoginUnavailable>());
    expect(login.error!.code, ClientErrorCode.noAnswerInTime);
    expect(scripted.sent, hasLength(201));
  });

  test('a refusal ends it', () async {
    for (final (status, code) in [
      (410, ErrorCode.challengeSpent),
      (404, ErrorCode.notFound),
      (403, ErrorCode.accountDisabled),
    ]) {
      final scripted = Scripted()
        ..replyAll([waits, Reply.problem(status, code)]);
      final login = await scripted.client.waitForLogin(request: 'r');
      expect((login as LoginRejected).error.code, code);
    }
  });

  test('close ends it', () async {
    final scripted = Scripted();
    final pending = Completer<Reply>();
    scripted.reply(pending.future);
    final waiting = scripted.client.waitForLogin(request: 'r');
    await pumpEventQueue();
    scripted.client.close();
    pending.complete(waits);
    final login = await waiting.timeout(const Duration(seconds: 3));
    expect(login.error!.code, ClientErrorCode.aborted);
    expect(scripted.sent, hasLength(1));
  });

  test('a signal from before asks nothing', () async {
    final scripted = Scripted();
    final login = await scripted.client.waitForLogin(
      request: 'r',
      abort: Future.value(),
    );
    expect(login.error!.reason, UnavailableReason.aborted);
    expect(scripted.sent, isEmpty);
  });

  test('a login that was let in while giving up is not lost', () async {
    final scripted = Scripted();
    final pending = Completer<Reply>();
    final abort = Completer<void>();
    scripted.reply(pending.future);
    final waiting = scripted.client.waitForLogin(
      request: 'r',
      abort: abort.future,
    );
    await pumpEventQueue();
    abort.complete();
    pending.complete(welcome(200));
    expect(await waiting, isA<LoginOk>());
    expect(scripted.client.session.value, isA<SignedIn>());
  });

  test('a refused base URL is not asked again', () async {
    final scripted = Scripted(baseUrl: Uri.parse(''));
    final login = await scripted.client.waitForLogin(request: 'r');
    expect(login.error!.reason, UnavailableReason.baseUrl);
  });
}

Duration _seconds(int count) => Duration(seconds: count);
