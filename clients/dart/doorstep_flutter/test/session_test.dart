import 'dart:io';

import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';

import 'support/app.dart';

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(() async => server = await Doorstep.start());
  tearDownAll(() => server.stop());

  final greeting = AccountGate(
    builder: (context, customer) => Text('Hello ${customer.name}'),
  );

  networkTest('the app starts offline and keeps the customer signed in', (
    tester,
  ) async {
    final own = (await tester.runAsync(Doorstep.start))!;
    addTearDown(own.stop);
    final storage = MemoryStorage();
    final before = clientOf(tester, own.url, storage: storage);
    await tester.real(() => signUp(before, freshEmail()));
    await tester.runAsync(own.pause);

    final client = clientOf(tester, own.url, storage: storage);
    await tester.pumpWidget(appOf(client, greeting));
    await tester.waitFor(find.text('Hello Grace Darling'));
    await tester.waitFor(find.textContaining('cannot be reached'));
    expect((client.session.value as SignedIn).stale, isTrue);

    await tester.runAsync(own.resume);
    await tester.waitUntil(
      () => client.session.value is SignedIn && !_isStale(client),
      'a fresh session, without anybody asking',
    );
    expect(find.textContaining('cannot be reached'), findsNothing);
  });

  networkTest('a session that is ended elsewhere ends here', (tester) async {
    final email = freshEmail();
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(appOf(client, greeting));
    await tester.real(() => signUp(client, email));
    await tester.waitFor(find.text('Hello Grace Darling'));

    final other = clientOf(tester, server.url);
    await tester.real(() => other.login(email: email, password: goodPassword));
    await tester.real(other.sessions.endOthers);

    // Back in the foreground the app asks.
    tester.binding.handleAppLifecycleStateChanged(AppLifecycleState.inactive);
    tester.binding.handleAppLifecycleStateChanged(AppLifecycleState.resumed);
    await tester.waitFor(find.textContaining('You have been logged out'));
    expect(
      (client.session.value as SignedOut).reason,
      SignedOutReason.sessionEnded,
    );
    await tester.waitFor(find.text('E-mail me a code instead'));
  });

  networkTest('a storage that was damaged is a sign-out, not a crash', (
    tester,
  ) async {
    final storage = MemoryStorage();
    final before = clientOf(tester, server.url, storage: storage);
    await tester.real(() => signUp(before, freshEmail()));
    for (final key in [...storage.values.keys]) {
      storage.values[key] = '\u0000{"tok';
    }
    final client = clientOf(tester, server.url, storage: storage);
    await tester.pumpWidget(appOf(client, greeting));
    await tester.waitFor(find.text('Log in'));
    expect(client.session.value, isA<SignedOut>());
    await tester.waitFor(find.text('E-mail me a code instead'));
  });

  networkTest('a server that cannot be reached shows a way to try again', (
    tester,
  ) async {
    final own = (await tester.runAsync(Doorstep.start))!;
    addTearDown(own.stop);
    final log = <String>[];
    await tester.runAsync(own.pause);
    final client = clientOf(tester, own.url, log: log);
    await tester.pumpWidget(appOf(client, const LoginForm()));
    await tester.type('E-mail', 'grace@example.com');
    await tester.type('Password', goodPassword);
    await tester.click('Log in');
    await tester.waitFor(find.textContaining('cannot be reached'));
    expect(log.join(), contains('DS-25'));
    expect(find.textContaining('DS-25'), findsOneWidget);
  });

  final strange = <String, void Function(HttpResponse response)>{
    'a web page': (response) => response
      ..statusCode = 502
      ..headers.contentType = ContentType.html
      ..write('<!DOCTYPE html><title>Bad Gateway</title>'),
    'half an answer': (response) => response
      ..headers.contentType = ContentType.json
      ..write('{"user":{"id":"0'),
    'a 401 of somebody else': (response) => response
      ..statusCode = 401
      ..headers.contentType = ContentType.json
      ..write('{"error":"login first"}'),
    'a redirect': (response) => response
      ..statusCode = 302
      ..headers.set('location', 'https://portal.example/'),
    'a code from the future': (response) => response
      ..statusCode = 503
      ..headers.contentType = ContentType.json
      ..write('{"code":"moon_is_full","message":"Come back tomorrow"}'),
  };
  for (final MapEntry(key: what, value: answer) in strange.entries) {
    networkTest('$what signs nobody out', (tester) async {
      final proxy = (await tester.runAsync(() => Proxy.start(server.url)))!;
      addTearDown(proxy.stop);
      final client = clientOf(tester, proxy.url);
      await tester.pumpWidget(appOf(client, greeting));
      await tester.real(() => signUp(client, freshEmail()));
      await tester.waitFor(find.text('Hello Grace Darling'));
      proxy
        ..answer = answer
        ..refuse = 3;
      final state = await tester.real(client.refresh);
      expect((state as SignedIn).stale, isTrue);
      expect(state.error, isNotNull);
      await tester.pump();
      expect(find.text('Hello Grace Darling'), findsOneWidget);
      proxy.refuse = 0;
      await tester.waitUntil(() => !_isStale(client), 'a fresh session');
    });
  }

  networkTest('a missing scope is said with the line to write', (tester) async {
    await tester.pumpWidget(
      const MaterialApp(home: Scaffold(body: SignUpForm())),
    );
    expect(
      tester.takeException().toString(),
      contains('runApp(DoorstepScope('),
    );
  });
}

bool _isStale(DoorstepClient client) => switch (client.session.value) {
  SignedIn(:final stale) => stale,
  _ => false,
};
