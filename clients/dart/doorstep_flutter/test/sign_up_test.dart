import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:http/http.dart' as http;

import 'support/app.dart';

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(() async => server = await Doorstep.start());
  tearDownAll(() => server.stop());

  networkTest('a customer signs up and is signed in', (tester) async {
    final client = clientOf(tester, server.url);
    Customer? welcomed;
    await tester.pumpWidget(
      appOf(client, SignUpForm(onSuccess: (customer) => welcomed = customer)),
    );
    final email = freshEmail();
    await tester.fillSignUp(' $email ', name: 'José Ñandú');
    await tester.click('Create account');
    expect(find.text('One moment …'), findsOneWidget);
    await tester.waitUntil(() => welcomed != null);
    expect(welcomed!.email, email);
    expect(welcomed!.name, 'José Ñandú');
    expect((client.session.value as SignedIn).customer.id, welcomed!.id);
    // The server agrees.
    final asked = await tester.real(client.profile.get);
    expect((asked as Ok<Customer>).value.name, 'José Ñandú');
  });

  networkTest('each refused field says why, and the first has the focus', (
    tester,
  ) async {
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(appOf(client, const SignUpForm()));
    await tester.fillSignUp('nobody at home', password: 'short');
    await tester.click('Create account');
    await tester.waitFor(find.textContaining('Enter an e-mail address like'));
    expect(errorOf(tester, 'E-mail'), contains('name@example.com'));
    expect(errorOf(tester, 'Password'), contains('at least 8'));
    expect(errorOf(tester, 'Name'), isNull);
    expect(hasFocus(tester, 'E-mail'), isTrue);

    await tester.type('E-mail', 'grace@example.com');
    await tester.pump();
    expect(errorOf(tester, 'E-mail'), isNull, reason: 'it was edited');
    expect(errorOf(tester, 'Password'), isNotNull);
  });

  networkTest('empty fields are named, one by one', (tester) async {
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(appOf(client, const SignUpForm()));
    await tester.click('Create account');
    await tester.waitUntil(() => errorOf(tester, 'Name') != null);
    for (final label in ['Name', 'E-mail', 'Password']) {
      expect(errorOf(tester, label), 'This field is required');
    }
  });

  networkTest('a taken address is said beside the e-mail', (tester) async {
    final email = freshEmail();
    final first = clientOf(tester, server.url);
    await tester.real(() => signUp(first, email));
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(appOf(client, const SignUpForm()));
    await tester.fillSignUp(email.toUpperCase());
    await tester.click('Create account');
    await tester.waitUntil(() => errorOf(tester, 'E-mail') != null);
    expect(errorOf(tester, 'E-mail'), contains('already registered'));
    expect(client.session.value, isNot(isA<SignedIn>()));
  });

  networkTest('a double tap makes one account', (tester) async {
    final proxy = (await tester.runAsync(() => Proxy.start(server.url)))!;
    addTearDown(proxy.stop);
    final client = clientOf(tester, proxy.url);
    var welcomes = 0;
    await tester.pumpWidget(
      appOf(client, SignUpForm(onSuccess: (_) => welcomes++)),
    );
    await tester.fillSignUp(freshEmail());
    await tester.click('Create account');
    await tester.tap(find.byType(FilledButton));
    await tester.testTextInput.receiveAction(TextInputAction.done);
    await tester.waitUntil(() => welcomes > 0);
    await tester.waitUntil(() => !_isBusy(tester));
    expect(welcomes, 1);
    expect(proxy.bodiesOf('POST /api/signup'), hasLength(1));
  });

  networkTest('a lost answer and another try make one account', (tester) async {
    final proxy = (await tester.runAsync(() => Proxy.start(server.url)))!;
    addTearDown(proxy.stop);
    // All three attempts of the first try come to nothing.
    proxy.lose = 3;
    final client = clientOf(
      tester,
      proxy.url,
      timeout: const Duration(seconds: 1),
    );
    Customer? welcomed;
    await tester.pumpWidget(
      appOf(client, SignUpForm(onSuccess: (customer) => welcomed = customer)),
    );
    await tester.fillSignUp(freshEmail());
    await tester.click('Create account');
    await tester.waitFor(find.textContaining('Please try again.'));
    expect(welcomed, isNull);
    await tester.click('Create account');
    await tester.waitUntil(() => welcomed != null);

    final answers = proxy.bodiesOf('POST /api/signup');
    expect(answers.length, greaterThan(1));
    final made = {for (final body in answers) (body['user']! as Map)['id']};
    expect(made, {welcomed!.id}, reason: 'every answer is about one account');
  });

  networkTest('a slow storage does not outlive the form', (tester) async {
    final kept = MemoryStorage();
    final client = clientOf(
      tester,
      server.url,
      storage: SessionStorage.from(
        read: kept.read,
        write: (key, value) async {
          await Future<void>.delayed(const Duration(milliseconds: 100));
          await kept.write(key, value);
        },
        delete: kept.delete,
      ),
    );
    Customer? welcomed;
    await tester.pumpWidget(
      appOf(
        client,
        // The session alone decides what is on the screen.
        Builder(
          builder: (context) => DoorstepScope.sessionOf(context) is SignedIn
              ? const Text('Welcome')
              : SignUpForm(onSuccess: (customer) => welcomed = customer),
        ),
      ),
    );
    await tester.fillSignUp(freshEmail());
    await tester.click('Create account');
    await tester.waitFor(find.text('Welcome'));
    await tester.pump(const Duration(seconds: 1));
    expect(welcomed, isNotNull);
    final saved = tester.testTextInput.log
        .where((call) => call.method == 'TextInput.finishAutofillContext')
        .map((call) => call.arguments);
    expect(saved.first, isTrue);
  });

  networkTest('a busy server is said, and another try succeeds', (
    tester,
  ) async {
    // One slot, a queue of one, hashes that take their time, and a crowd.
    final slow = (await tester.runAsync(
      () => Doorstep.start({
        'DOORSTEP_PASSWORDS_SLOTS': '1',
        'DOORSTEP_PASSWORDS_QUEUE': '1',
        'DOORSTEP_PASSWORDS_PASSES': '16',
        'DOORSTEP_PASSWORDS_MEMORY_KIB': '32768',
      }),
    ))!;
    addTearDown(slow.stop);
    var isOver = false;
    Future<void> push() async {
      while (!isOver) {
        await http.post(
          slow.url.resolve('/api/signup'),
          body: {
            'name': 'One',
            'email': freshEmail(),
            'password': 'of a crowd',
          },
        );
        await Future<void>.delayed(const Duration(milliseconds: 20));
      }
    }

    // In real time: a crowd does not wait for frames.
    late final List<Future<void>> crowd;
    await tester.runAsync(() async {
      crowd = [for (var i = 0; i < 6; i++) push()];
    });
    Customer? welcomed;
    final refusal = find.textContaining('Too many people');
    do {
      // The place in the queue was free for a moment: somebody else tries.
      welcomed = null;
      await tester.pumpWidget(const SizedBox());
      await tester.pumpWidget(
        appOf(
          clientOf(tester, slow.url),
          SignUpForm(onSuccess: (customer) => welcomed = customer),
        ),
      );
      await tester.fillSignUp(freshEmail());
      await tester.click('Create account');
      await tester.waitUntil(
        () => welcomed != null || refusal.evaluate().isNotEmpty,
        'an answer',
      );
    } while (welcomed != null);
    expect(find.textContaining('Try again in'), findsOneWidget);
    isOver = true;
    await tester.runAsync(() => Future.wait(crowd));
    await tester.click('Create account');
    await tester.waitUntil(() => welcomed != null);
  });

  networkTest('a form that is left in the middle of a call is no trouble', (
    tester,
  ) async {
    final client = clientOf(tester, server.url);
    var welcomes = 0;
    await tester.pumpWidget(
      appOf(client, SignUpForm(onSuccess: (_) => welcomes++)),
    );
    await tester.fillSignUp(freshEmail());
    await tester.click('Create account');
    await tester.pumpWidget(appOf(client, const Text('Another page')));
    await tester.waitUntil(() => client.session.value is SignedIn);
    await tester.pump();
    expect(welcomes, 0, reason: 'its context is gone');
    expect(tester.takeException(), isNull);
  });

  networkTest('a server that is started again is found again', (tester) async {
    final own = (await tester.runAsync(Doorstep.start))!;
    addTearDown(own.stop);
    final client = clientOf(tester, own.url);
    Customer? welcomed;
    await tester.pumpWidget(
      appOf(client, SignUpForm(onSuccess: (customer) => welcomed = customer)),
    );
    await tester.runAsync(own.pause);
    await tester.fillSignUp(freshEmail());
    await tester.click('Create account');
    await tester.waitFor(find.textContaining('cannot be reached'));
    await tester.runAsync(own.resume);
    await tester.click('Create account');
    await tester.waitUntil(() => welcomed != null);
    // The session lives on over another restart.
    await tester.runAsync(own.pause);
    await tester.runAsync(own.resume);
    final state = await tester.real(client.refresh);
    expect((state as SignedIn).stale, isFalse);
  });

  for (final hours in [-1, 1]) {
    networkTest('a clock that is $hours h off changes nothing', (tester) async {
      final client = clientOf(
        tester,
        server.url,
        now: () => DateTime.now().add(Duration(hours: hours)),
      );
      Customer? welcomed;
      await tester.pumpWidget(
        appOf(client, SignUpForm(onSuccess: (customer) => welcomed = customer)),
      );
      await tester.fillSignUp(freshEmail());
      await tester.click('Create account');
      await tester.waitUntil(() => welcomed != null);
      final state = await tester.real(client.refresh);
      expect((state as SignedIn).stale, isFalse);
    });
  }

  networkTest('a form of the shop\'s own widgets works the same', (
    tester,
  ) async {
    final client = clientOf(tester, server.url);
    final email = freshEmail();
    await tester.pumpWidget(
      appOf(
        client,
        SignUpBuilder(
          onSuccess: (context, customer) => Navigator.of(context).push(
            MaterialPageRoute<void>(
              builder: (_) => Text('Welcome, ${customer.name}'),
            ),
          ),
          builder: (context, form) => Column(
            children: [
              TextField(controller: form.name),
              TextField(
                controller: form.email,
                decoration: InputDecoration(errorText: form.errorFor('email')),
              ),
              TextField(controller: form.password, obscureText: true),
              FilledButton(
                onPressed: form.canSubmit ? form.submit : null,
                child: Text(form.busy ? '…' : 'Join'),
              ),
            ],
          ),
        ),
      ),
    );
    final fields = find.byType(TextField);
    await tester.enterText(fields.at(0), 'Grace');
    await tester.enterText(fields.at(1), 'no address');
    await tester.enterText(fields.at(2), goodPassword);
    await tester.click('Join');
    await tester.waitFor(find.textContaining('Enter an e-mail address'));
    await tester.enterText(fields.at(1), email);
    await tester.click('Join');
    await tester.waitFor(find.text('Welcome, Grace'));
  });
}

bool _isBusy(WidgetTester tester) =>
    find.text('One moment …').evaluate().isNotEmpty;

/// The text that stands below a field as its error.
String? errorOf(WidgetTester tester, String label) => tester
    .widget<TextField>(find.widgetWithText(TextField, label))
    .decoration!
    .errorText;

/// Whether the field with [label] has the keyboard.
bool hasFocus(WidgetTester tester, String label) => tester
    .widget<TextField>(find.widgetWithText(TextField, label))
    .focusNode!
    .hasFocus;
