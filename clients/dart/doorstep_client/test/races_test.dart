import 'dart:async';
import 'dart:convert';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:doorstep_client/src/tokens.dart';
import 'package:test/test.dart';

import 'support/scripted.dart';

const key = 'doorstep:http://shop.test';

String stored(String token) => jsonEncode({'token': token, 'user': adaJson});

Reply welcomeWith(String token) =>
    Reply.json(200, {'user': adaJson, 'token': token});

/// A keychain that is locked, and slow to write, for as long as a test wants.
final class Keychain implements SessionStorage {
  Keychain([String? text]) : _inner = MemoryStorage({key: ?text});

  final MemoryStorage _inner;
  bool isLocked = false;
  Completer<void>? writes;

  String? get text => _inner.values[key];

  @override
  Future<String?> read(String key) async =>
      isLocked ? throw StateError('locked') : _inner.read(key);

  @override
  Future<void> write(String key, String value) async {
    await writes?.future;
    await _inner.write(key, value);
  }

  @override
  Future<void> delete(String key) => _inner.delete(key);
}

void main() {
  test('a keychain that is locked for now keeps its session', () async {
    final keychain = Keychain(stored('ds_token_1'))..isLocked = true;
    final scripted = Scripted(storage: keychain);
    final state = await scripted.client.restore();
    expect((state as SignedOut).reason, SignedOutReason.storageLost);
    expect(keychain.text, isNotNull);
    keychain.isLocked = false;
    scripted.reply(Reply.json(200, {'user': adaJson}));
    expect(await scripted.client.refresh(), isA<SignedIn>());
    expect(scripted.sent.single.headers['authorization'], 'Bearer ds_token_1');
  });

  test('a storage that never answers is not waited for', () async {
    final store = TokenStore(
      key,
      SessionStorage.from(
        read: (_) => Completer<String?>().future,
        write: (_, _) {},
        delete: (_) => fail('nothing is known to be wrong'),
      ),
      (_) {},
      patience: const Duration(milliseconds: 20),
    );
    expect(await store.read(), isNull);
    expect(store.isLost, isTrue);
  });

  test('an older refusal does not end the login under way', () async {
    final keychain = Keychain(stored('ds_old'));
    final scripted = Scripted(storage: keychain);
    final refusal = Completer<Reply>();
    scripted
      ..reply(refusal.future)
      ..reply(welcomeWith('ds_new'));
    final read = scripted.client.addresses.list();
    await pumpEventQueue();
    keychain.writes = Completer();
    final login = scripted.login();
    await pumpEventQueue();
    refusal.complete(Reply.problem(401, ErrorCode.sessionEnded));
    expect((await read).error!.code, ErrorCode.sessionEnded);
    keychain.writes!.complete();
    expect(await login, isA<LoginOk>());
    await pumpEventQueue();
    expect(scripted.client.session.value, isA<SignedIn>());
    expect(keychain.text, contains('ds_new'));
  });

  test('a late logout does not end a newer login', () async {
    final keychain = Keychain();
    final scripted = Scripted(storage: keychain)..reply(welcomeWith('ds_old'));
    await scripted.login();
    final left = Completer<Reply>();
    scripted
      ..reply(left.future)
      ..reply(welcomeWith('ds_new'));
    final logout = scripted.client.logout();
    await pumpEventQueue();
    await scripted.login();
    scripted.reply(Reply.json(200, {'user': adaJson}));
    left.complete(const Reply(204, ''));
    expect((await logout).error, isNull);
    await pumpEventQueue();
    expect(scripted.client.session.value, isA<SignedIn>());
    expect(scripted.sent.last.path, '/api/session');
    expect(keychain.text, contains('ds_new'));
  });

  group('a profile of unknown version', () {
    Future<Result<Customer>> update(Scripted scripted) =>
        scripted.client.profile.update(const ProfileChange(name: 'Ada King'));

    test('that somebody changed is not changed', () async {
      final scripted = Scripted()..reply(welcome());
      await scripted.signUp();
      scripted.reply(
        Reply.json(200, {
          'user': {...adaJson, 'updatedAt': '2026-01-02T00:00:00Z'},
        }),
      );
      final result = await update(scripted);
      expect(result.error!.code, ErrorCode.changedMeanwhile);
      expect(scripted.sent.last.method, 'GET');
    });

    test('that cannot be read is not changed', () async {
      final scripted = Scripted()..reply(welcome());
      await scripted.signUp();
      scripted.replyAll([Reply.refused, Reply.refused, Reply.refused]);
      final result = await update(scripted);
      expect(result.error!.code, ClientErrorCode.unreachable);
      expect(scripted.sent.last.method, 'GET');
    });
  });

  test('another sign-up leaves the key of an open one', () async {
    final scripted = Scripted();
    final first = Completer<Reply>();
    scripted
      ..reply(first.future)
      ..replyAll([Reply.refused, Reply.refused, Reply.refused]);
    final pending = scripted.signUp();
    await pumpEventQueue();
    Future<SignUpResult> second() => scripted.client.signUp(
      name: 'Grace',
      email: 'grace@example.com',
      password: 'correct horse battery staple',
    );
    expect(await second(), isA<SignUpUnavailable>());
    first.complete(welcome());
    await pending;
    scripted.reply(welcome());
    expect(await second(), isA<SignUpOk>());
    expect(scripted.sent.last.key, scripted.sent[1].key);
    expect(scripted.sent.last.key, isNot(scripted.sent.first.key));
  });

  test('a call that was given up before is not sent', () async {
    final scripted = Scripted();
    final result = await scripted.client.login(
      email: 'ada@example.com',
      password: 'correct horse battery staple',
      abort: Future.value(),
    );
    expect((result as LoginUnavailable).reason, UnavailableReason.aborted);
    expect(scripted.sent, isEmpty);
  });

  test('the names of headers are read in any case', () async {
    final headers = {'Content-Type': 'application/json', 'ETag': '"7"'};
    final body = jsonEncode({'user': adaJson, 'token': 'ds_token_1'});
    final scripted = Scripted()..reply(Reply(200, body, headers: headers));
    expect(await scripted.login(), isA<LoginOk>());
    scripted.reply(Reply.json(200, {'user': adaJson}));
    await scripted.client.profile.update(const ProfileChange(name: 'Ada'));
    expect(scripted.sent.last.headers['if-match'], '"7"');
  });
}
