import 'dart:convert';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:test/test.dart';

import 'support/clients.dart';
import 'support/doorstep.dart';
import 'support/scripted.dart';

const key = 'doorstep:http://shop.test';
const devicesKey = '$key:devices';

Reply welcomeOf(String email, Object? device) => Reply.json(200, {
  'user': {...adaJson, 'email': email},
  'token': 'ds_token_1',
  'deviceToken': ?device,
});

Reply policy(Object? login) => Reply.json(200, {'login': ?login});

const takesIt = {
  'optional': ['deviceToken'],
};

void main() {
  test('guesses of others do not keep a known device out', () async {
    final server = await Doorstep.start({
      'DOORSTEP_LIMITS_LOGIN_PER_ACCOUNT': '3 in 10m',
    });
    final storage = MemoryStorage();
    final phone = clientOf(server.url, storage: storage);
    const email = 'ada@example.com';
    await signUp(phone, email);
    expect(await phone.logout(), isA<Ok<void>>());
    final stranger = clientOf(server.url);
    Future<LoginResult> asStranger(String password) =>
        stranger.login(email: email, password: password);
    for (var i = 0; i < 3; i++) {
      final wrong = await asStranger('not the one at all');
      expect(wrong.error!.code, ErrorCode.invalidCredentials);
    }
    final refused = await asStranger(goodPassword);
    expect(refused.error!.code, ErrorCode.rateLimited);
    // The next start of the app: all that is known is what was stored.
    final restarted = clientOf(server.url, storage: storage);
    final login = await restarted.login(email: email, password: goodPassword);
    expect(login, isA<LoginOk>(), reason: '${login.error}');
  });

  test(
    'the token is renewed, outlives a logout, and goes with the account',
    () async {
      final server = await Doorstep.start();
      final storage = MemoryStorage();
      final phone = clientOf(server.url, storage: storage);
      final name = 'doorstep:${server.url}:devices';
      Map<String, Object?> kept() =>
          jsonDecode(storage.values[name] ?? '{}') as Map<String, Object?>;
      await signUp(phone, 'ada@example.com');
      final first = kept()['ada@example.com'];
      expect(first, startsWith('ds_device_'));
      final change = await phone.changePassword(
        currentPassword: goodPassword,
        newPassword: 'another long secret',
      );
      expect(change, isA<Ok<void>>());
      final second = kept()['ada@example.com'];
      expect(second, isNot(first));
      await phone.logout();
      expect(storage.values.keys, [name]);
      await signUp(phone, 'grace@example.com');
      expect(kept()['ada@example.com'], second);
      final gone = await phone.deleteAccount(currentPassword: goodPassword);
      expect(gone, isA<Ok<void>>());
      expect(kept().keys, ['ada@example.com']);
    },
  );

  test('no log and no error tells the token', () async {
    const text = '{"ada@example.com":"ds_device_a"}';
    final scripted = Scripted(storage: MemoryStorage({devicesKey: text}))
      ..replyAll([policy(takesIt), Reply.problem(429, 'rate_limited')]);
    final result = await scripted.login();
    expect(scripted.sent.last.body, containsPair('deviceToken', 'ds_device_a'));
    final shown = '${scripted.lines} ${result.error} $result';
    expect(shown, isNot(contains('ds_device')));
  });

  test('a keychain that is locked for now keeps its tokens', () async {
    const text = '{"grace@example.com":"ds_device_g"}';
    final inner = MemoryStorage({devicesKey: text});
    var isLocked = true;
    final storage = SessionStorage.from(
      read: (key) => isLocked ? throw StateError('locked') : inner.read(key),
      write: inner.write,
      delete: inner.delete,
    );
    final scripted = Scripted(storage: storage)
      ..reply(welcomeOf('ada@example.com', 'ds_device_1'));
    await scripted.login();
    expect(inner.values[devicesKey], text);
    isLocked = false;
    scripted.replyAll([
      policy(takesIt),
      welcomeOf('ada@example.com', 'ds_device_2'),
    ]);
    await scripted.login();
    expect(scripted.sent.last.body, containsPair('deviceToken', 'ds_device_1'));
    final kept = jsonDecode(inner.values[devicesKey]!) as Map;
    expect(kept.values, ['ds_device_g', 'ds_device_2']);
  });
}
