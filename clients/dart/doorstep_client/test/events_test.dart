import 'package:doorstep_client/doorstep_client.dart';
import 'package:test/test.dart';

import 'support/clients.dart';
import 'support/doorstep.dart';
import 'support/scripted.dart';

SecurityEvents page(Result<SecurityEvents> result) {
  expect(result, isA<Ok<SecurityEvents>>(), reason: '${result.error}');
  return (result as Ok<SecurityEvents>).value;
}

void main() {
  test('what has happened to the account, newest first', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    await signUp(account, 'ada@example.com');
    await account.profile.update(const ProfileChange(name: 'Ada L.'));
    final SecurityEvents(:events, :next) = page(await account.securityEvents());
    expect(events.map((event) => event.kind), ['profile_changed', 'signed_up']);
    expect(events.first.message, 'You changed your profile');
    expect(events.first.network, '127.0.0.1');
    final age = DateTime.now().difference(events.first.at);
    expect(age, lessThan(const Duration(minutes: 5)));
    expect(next, isNull);
  });

  test('the sentences are in the language of the client', () async {
    final server = await Doorstep.start();
    final account = DoorstepClient(baseUrl: server.url, language: 'de');
    addTearDown(account.close);
    await signUp(account, 'ada@example.com');
    Future<String> said([String? language]) async => page(
      await account.securityEvents(language: language),
    ).events.single.message;
    expect(await said(), 'Sie haben Ihr Konto angelegt');
    // Asked for at once, they are two requests.
    expect(await Future.wait([said('en'), said('ar')]), [
      'You created your account',
      'لقد أنشأت حسابك',
    ]);
  });

  test('fifty at a time, and none twice', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    await signUp(account, 'ada@example.com');
    for (var i = 0; i < 54; i++) {
      final done = await account.profile.update(ProfileChange(name: 'Ada $i'));
      expect(done.error, isNull);
    }
    final first = page(await account.securityEvents());
    expect(first.events, hasLength(50));
    final second = page(await account.securityEvents(before: first.next));
    expect(second.next, isNull);
    final ids = {...first.events, ...second.events}.map((event) => event.id);
    expect(ids.toSet(), hasLength(55));
    final wrong = await account.securityEvents(before: 'no & cursor');
    expect(wrong, isA<Failed<SecurityEvents>>());
  });

  test('nobody signed in has no events', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    final refused = await account.securityEvents();
    expect(refused.error!.code, ErrorCode.noSession);
  });

  test('a server from before says what it knows of its policy', () async {
    final scripted = Scripted()
      ..reply(
        Reply.json(200, {
          'password': {'minLength': 8, 'maxLength': 256},
          'signup': {'required': <String>[], 'idempotencyKey': true},
          'session': {
            'modes': ['token'],
          },
        }),
      );
    final policy = await scripted.client.policy() as Ok<Policy>;
    expect(policy.value.loginCode, isNull);
    expect(policy.value.signUpVerification, isNull);
  });
}
