import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';

import 'support/app.dart';

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(() async => server = await Doorstep.start());
  tearDownAll(() => server.stop());

  networkTest('what has happened, and what happens meanwhile', (tester) async {
    final client = clientOf(tester, server.url);
    await tester.real(() => signUp(client, freshEmail()));
    await tester.pumpWidget(appOf(client, const ActivitySection()));
    await tester.waitFor(find.text('You created your account'));
    expect(find.text('You changed your profile'), findsNothing);
    expect(find.textContaining('127.0.0.1'), findsOneWidget);
    await tester.real(
      () => client.profile.update(const ProfileChange(name: 'Grace H.')),
    );
    await tester.waitFor(find.text('You changed your profile'));
    final newest = tester.getTopLeft(find.text('You changed your profile'));
    final oldest = tester.getTopLeft(find.text('You created your account'));
    expect(newest.dy, lessThan(oldest.dy));
    expect(find.text('Show more'), findsNothing);
  });

  networkTest('a few at first, then all that there are', (tester) async {
    final client = clientOf(tester, server.url);
    await tester.real(() async {
      await signUp(client, freshEmail());
      for (var i = 0; i < 53; i++) {
        await client.profile.update(ProfileChange(name: 'Grace $i'));
      }
    });
    await tester.pumpWidget(appOf(client, const ActivitySection()));
    final changes = find.text('You changed your profile');
    await tester.waitFor(changes);
    expect(changes, findsNWidgets(Activity.few));
    await tester.click('Show more');
    expect(changes, findsNWidgets(50));
    await tester.click('Show more');
    await tester.waitFor(find.text('You created your account'));
    expect(changes, findsNWidgets(53));
    expect(find.text('Show more'), findsNothing);
  });

  networkTest('it is said in the language of the app, from the right', (
    tester,
  ) async {
    final client = clientOf(tester, server.url);
    await tester.real(() => signUp(client, freshEmail()));
    await tester.pumpWidget(
      appOf(client, const ActivitySection(), locale: const Locale('ar')),
    );
    final event = find.text('لقد أنشأت حسابك');
    await tester.waitFor(event);
    expect(Directionality.of(tester.element(event)), TextDirection.rtl);
  });

  networkTest('without a network it says so, and tries again', (tester) async {
    final own = (await tester.runAsync(Doorstep.start))!;
    addTearDown(own.stop);
    final client = clientOf(tester, own.url);
    await tester.real(() => signUp(client, freshEmail()));
    await tester.runAsync(own.pause);
    await tester.pumpWidget(appOf(client, const ActivitySection()));
    await tester.waitFor(find.textContaining('cannot be reached'));
    await tester.runAsync(own.resume);
    await tester.click('Try again');
    await tester.waitFor(find.text('You created your account'));
    expect(find.textContaining('cannot be reached'), findsNothing);
  });
}
