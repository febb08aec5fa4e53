import 'dart:async';
import 'dart:convert';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:test/test.dart';

import 'support/scripted.dart';

const key = 'doorstep:http://shop.test';

String stored([Object? user = adaJson]) =>
    jsonEncode({'token': 'ds_token_1', 'user': user});

/// A storage that fails as a keychain without its key does.
final class BrokenStorage implements SessionStorage {
  int deletions = 0;

  @override
  Future<String?> read(String key) async => throw StateError('BAD_DECRYPT');

  @override
  Future<void> write(String key, String value) async =>
      throw StateError('full: $value');

  @override
  Future<void> delete(String key) async {
    deletions++;
    throw StateError('gone');
  }
}

void main() {
  group('a stored session', () {
    test('that the server cannot read can be left', () async {
      final storage = MemoryStorage({key: stored()});
      final scripted = Scripted(storage: storage)
        ..reply(Reply.problem(401, ErrorCode.tokenInvalid))
        ..reply(Reply.problem(401, ErrorCode.tokenInvalid));
      await scripted.client.restore();
      await scripted.client.session.stream.first;
      expect((scripted.client.session.value as SignedIn).stale, isTrue);
      expect((await scripted.client.logout()).error, isNull);
      expect(scripted.client.session.value, isA<SignedOut>());
      expect(storage.values, isEmpty);
    });

    test('is there at once, and is checked meanwhile', () async {
      final reply = Completer<Reply>();
      final scripted = Scripted(storage: MemoryStorage({key: stored()}))
        ..reply(reply.future);
      final client = scripted.client;
      expect(client.session.value, isA<Restoring>());
      final state = await client.restore();
      expect((state as SignedIn).stale, isTrue);
      expect(state.customer.name, 'Ada');
      reply.complete(
        Reply.json(200, {
          'user': {...adaJson, 'name': 'Ada King'},
        }),
      );
      final fresh = await client.session.stream.first;
      expect((fresh as SignedIn).stale, isFalse);
      expect(fresh.customer.name, 'Ada King');
      expect(scripted.sent.single.headers['authorization'], contains('ds_'));
    });

    test('is described anew for the next start', () async {
      final storage = MemoryStorage({key: stored()});
      final scripted = Scripted(storage: storage)
        ..reply(
          Reply.json(200, {
            'user': {...adaJson, 'name': 'Ada King'},
          }),
        );
      await scripted.client.refresh();
      await pumpEventQueue();
      expect(storage.values[key], contains('Ada King'));
    });

    test('that the server ended is wiped', () async {
      final storage = MemoryStorage({key: stored()});
      final scripted = Scripted(storage: storage)
        ..reply(Reply.json(200, {'user': null, 'code': 'session_ended'}));
      final state = await scripted.client.refresh();
      expect((state as SignedOut).reason, SignedOutReason.sessionEnded);
      expect(storage.values, isEmpty);
    });

    for (final text in [
      'not json',
      '{}',
      '[]',
      'null',
      '{"token":7,"user":{}}',
      '{"token":"","user":{}}',
      '{"token":"x","user":{"id":1}}',
      stored(null),
      '\u0000\uffff',
    ]) {
      test('that reads ${jsonEncode(text)} is wiped, and said once', () async {
        final storage = MemoryStorage({key: text});
        final scripted = Scripted(storage: storage);
        final state = await scripted.client.restore();
        expect((state as SignedOut).reason, SignedOutReason.storageLost);
        expect(storage.values, isEmpty);
        expect(scripted.lines.single, contains('DS-44 '));
        expect(scripted.sent, isEmpty);
      });
    }

    test('in a broken storage is none, and a new one lasts', () async {
      final scripted = Scripted(storage: BrokenStorage());
      final state = await scripted.client.restore();
      expect((state as SignedOut).reason, SignedOutReason.storageLost);
      scripted.reply(welcome());
      expect(await scripted.signUp(), isA<SignUpOk>());
      scripted.reply(Reply.json(200, {'addresses': <Object>[]}));
      expect((await scripted.client.addresses.list()).error, isNull);
      expect(scripted.sent.last.headers['authorization'], 'Bearer ds_token_1');
      expect(scripted.lines.join(), isNot(contains('ds_token_1')));
    });

    test('works with a store made of three functions', () async {
      final values = <String, String>{};
      final scripted = Scripted(
        storage: SessionStorage.from(
          read: (key) => values[key],
          write: (key, value) => values[key] = value,
          delete: values.remove,
        ),
      )..reply(welcome());
      await scripted.signUp();
      expect(values[key], contains('ds_token_1'));
      scripted.reply(const Reply(204, ''));
      await scripted.client.logout();
      expect(values, isEmpty);
    });
  });

  test('nobody is signed in: no hint speaks of another server', () async {
    final scripted = Scripted(storage: MemoryStorage({key: stored()}))
      ..reply(Reply.json(200, {'user': null, 'code': 'session_ended'}));
    final result = await scripted.client.profile.get();
    expect(result.error!.code, ErrorCode.sessionEnded);
    expect(result.error!.status, 401);
    expect(scripted.lines, isEmpty);
  });

  test('a broken storage is told once, also in a release build', () async {
    final scripted = Scripted(storage: BrokenStorage(), debug: false)
      ..reply(welcome())
      ..reply(const Reply(204, ''));
    await scripted.signUp();
    await scripted.client.logout();
    expect(scripted.lines, [
      contains('cannot be read'),
      contains('cannot be stored'),
    ]);
  });

  test('a visitor needs no request', () async {
    final scripted = Scripted();
    final state = await scripted.client.restore();
    expect((state as SignedOut).reason, SignedOutReason.visitor);
    expect(scripted.sent, isEmpty);
  });

  test('checks made at once are one request', () async {
    final scripted = Scripted()..reply(welcome());
    await scripted.signUp();
    final reply = Completer<Reply>();
    scripted.reply(reply.future);
    final all = [
      scripted.client.refresh(),
      scripted.client.refresh(),
      scripted.client.profile.get(),
    ];
    reply.complete(Reply.json(200, {'user': adaJson}));
    await Future.wait(all);
    expect(scripted.sent.length, 2);
  });

  test('listeners come and go, and one that throws harms no other', () async {
    final scripted = Scripted();
    final heard = <String>[];
    final errors = <Object>[];
    void one() => heard.add('one');
    await runZonedGuarded(() async {
      final session = scripted.client.session;
      session
        ..addListener(() => throw StateError('mine'))
        ..addListener(one)
        ..addListener(one)
        ..removeListener(one);
      await scripted.client.restore();
      session.removeListener(one);
      scripted.reply(welcome());
      await scripted.signUp();
    }, (error, _) => errors.add(error));
    expect(heard, ['one']);
    expect(errors, everyElement(isA<StateError>()));
  });

  test('a client that is closed while it asks says nothing more', () async {
    final reply = Completer<Reply>();
    final scripted = Scripted()..reply(reply.future);
    var count = 0;
    scripted.client.session.addListener(() => count++);
    final pending = scripted.signUp();
    scripted.client.close();
    reply.complete(welcome());
    expect(await pending, isA<SignUpOk>());
    expect(count, 0);
  });

  test('a login that lost a race with a sign-out asks the server', () async {
    final scripted = Scripted()..reply(welcome());
    await scripted.signUp();
    final late = Completer<Reply>();
    scripted.reply(late.future);
    final pending = scripted.login();
    await pumpEventQueue();
    scripted.reply(const Reply(204, ''));
    await scripted.client.logout();
    scripted.reply(Reply.json(200, {'user': adaJson}));
    late.complete(welcome(200));
    expect(await pending, isA<LoginOk>());
    expect(scripted.sent.last.path, '/api/session');
    expect(scripted.client.session.value, isA<SignedIn>());
  });

  test('a late login whose check finds no network is not known yet', () async {
    final scripted = Scripted()..reply(welcome());
    await scripted.signUp();
    final late = Completer<Reply>();
    scripted.reply(late.future);
    final pending = scripted.login();
    await pumpEventQueue();
    scripted.reply(const Reply(204, ''));
    await scripted.client.logout();
    expect(scripted.client.session.value, isA<SignedOut>());
    scripted.replyAll([Reply.refused, Reply.refused, Reply.refused]);
    late.complete(welcome(200));
    expect(await pending, isA<LoginOk>());
    expect((scripted.client.session.value as Restoring).error, isNotNull);
    scripted.reply(Reply.json(200, {'user': adaJson}));
    expect(await scripted.client.refresh(), isA<SignedIn>());
  });

  test('a profile that is read again is read, not remembered', () async {
    final scripted = Scripted()..reply(welcome());
    await scripted.signUp();
    scripted.replyAll([
      Reply(
        200,
        jsonEncode({'user': adaJson}),
        headers: {...jsonHeaders, 'etag': '"1"'},
      ),
      Reply.json(200, {'user': adaJson}),
    ]);
    await scripted.client.profile.update(const ProfileChange(name: 'Ada'));
    expect(scripted.sent.last.method, 'PATCH');
    expect(scripted.sent.last.headers['if-match'], '"1"');
    expect(scripted.sent.last.body, {'name': 'Ada'});
  });

  test('an id cannot lead to another path', () async {
    final scripted = Scripted()..reply(Reply.problem(404, 'not_found'));
    await scripted.client.addresses.remove('../../user?x=1');
    expect(
      scripted.sent.single.path,
      '/api/user/addresses/..%2F..%2Fuser%3Fx%3D1',
    );
  });

  test('a release build gives and prints no hints', () async {
    final scripted = Scripted(debug: false)..reply(Reply.refused);
    final result = await scripted.login();
    expect(result.error!.hint, isNull);
    expect(scripted.lines, isEmpty);
    expect(await scripted.client.diagnose(), isEmpty);
  });

  test('a hint is printed once', () async {
    final scripted = Scripted()..replyAll([Reply.refused, Reply.refused]);
    await scripted.login();
    await scripted.login();
    expect(scripted.lines, hasLength(1));
  });
}
