import 'dart:io';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:doorstep_client/io.dart';

/// Signs up, or says who is signed in: `dart run example/main.dart`, with
/// Doorstep on port 5000 (`./run` in its repository).
Future<void> main() async {
  final home = Platform.environment['HOME'] ?? '.';
  final account = DoorstepClient(
    baseUrl: Uri.parse('http://localhost:5000'),
    storage: FileStorage('$home/.config/doorstep_example/session.json'),
  );
  switch (await account.restore()) {
    case SignedIn(:final customer, :final stale):
      stdout.writeln(
        'Welcome back, ${customer.name}${stale ? ' (checking)' : ''}',
      );
      stdout.writeln('Now ${wordsFor(await account.refresh())}');
    case SignedOut() || Restoring():
      await _signUp(account);
  }
  account.close();
}

/// A state in words.
String wordsFor(SessionState state) => switch (state) {
  SignedIn(stale: true) => 'signed in, as far as is known',
  SignedIn() => 'signed in',
  SignedOut(:final reason) => 'signed out (${reason.name})',
  Restoring() => 'unknown',
};

Future<void> _signUp(DoorstepClient account) async {
  String ask(String what) {
    stdout.write('$what: ');
    return stdin.readLineSync() ?? '';
  }

  final result = await account.signUp(
    name: ask('Name'),
    email: ask('E-mail'),
    password: ask('Password'),
  );
  switch (result) {
    case SignUpOk(:final customer):
      stdout.writeln('Welcome, ${customer.name}');
    case SignUpNeedsVerification(:final message):
      stdout.writeln(message);
    case SignUpRejected(:final error, :final fields):
      stdout.writeln(error.message);
      fields.forEach(
        (name, field) => stdout.writeln('$name: ${field.message}'),
      );
    case SignUpUnavailable(:final error):
      stdout.writeln(error.message);
  }
}
