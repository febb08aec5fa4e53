import 'dart:convert';
import 'dart:io';

import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:http/http.dart' as http;

import 'support/app.dart';

/// What a tutorial has its readers write, without any kit.
class SignupPage extends StatefulWidget {
  const SignupPage({super.key});

  @override
  State<SignupPage> createState() => _SignupPageState();
}

class _SignupPageState extends State<SignupPage> {
  final nameController = TextEditingController();
  final emailController = TextEditingController();
  final passwordController = TextEditingController();
  String message = '';

  Future<void> signup() async {
    final response = await http.post(
      Uri.parse('http://localhost:5000/api/signup'),
      headers: {'Content-Type': 'application/json'},
      body: jsonEncode({
        'name': nameController.text,
        'email': emailController.text,
        'password': passwordController.text,
      }),
    );
    final data = jsonDecode(response.body);
    if (response.statusCode == 201) {
      setState(() => message = 'Success: ${data['message']}');
    } else {
      setState(() => message = 'Error: ${data['message']}');
    }
  }

  @override
  Widget build(BuildContext context) {
    return Scaffold(
      appBar: AppBar(title: const Text('Sign up')),
      body: Column(
        children: [
          TextField(
            controller: nameController,
            decoration: const InputDecoration(labelText: 'Name'),
          ),
          TextField(
            controller: emailController,
            decoration: const InputDecoration(labelText: 'Email'),
          ),
          TextField(
            controller: passwordController,
            obscureText: true,
            decoration: const InputDecoration(labelText: 'Password'),
          ),
          ElevatedButton(onPressed: signup, child: const Text('Register')),
          Text(message),
        ],
      ),
    );
  }
}

/// Port 5000 may be taken on the machine of a test: whoever asks for it gets to
/// the server of this test.
class _Port5000 extends HttpOverrides {
  _Port5000(this.server);

  final Uri server;

  @override
  HttpClient createHttpClient(SecurityContext? context) =>
      super.createHttpClient(context)
        ..connectionFactory = (url, _, _) => Socket.startConnect(
          InternetAddress.loopbackIPv4,
          url.port == 5000 ? server.port : url.port,
        );
}

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(() async {
    server = await Doorstep.start();
    HttpOverrides.global = _Port5000(server.url);
  });
  tearDownAll(() {
    HttpOverrides.global = null;
    return server.stop();
  });

  networkTest('a page from a tutorial works as it is', (tester) async {
    final email = freshEmail();
    await tester.pumpWidget(
      MaterialApp(
        theme: ThemeData(splashFactory: InkRipple.splashFactory),
        home: const SignupPage(),
      ),
    );
    await tester.click('Register');
    await tester.waitFor(find.text('Error: All fields are required'));
    await tester.type('Name', 'Grace Darling');
    await tester.type('Email', email);
    await tester.type('Password', goodPassword);
    await tester.click('Register');
    await tester.waitFor(find.text('Success: User registered successfully'));
    await tester.click('Register');
    await tester.waitFor(find.textContaining('Error: This e-mail address'));

    final login = await tester.real(
      () => clientOf(
        tester,
        server.url,
      ).login(email: email, password: goodPassword),
    );
    expect(login.error, isNull);
  });
}
