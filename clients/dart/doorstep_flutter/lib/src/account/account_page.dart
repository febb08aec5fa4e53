import 'package:flutter/material.dart';

import 'account_gate.dart';
import 'activity_section.dart';
import 'addresses_section.dart';
import 'data_section.dart';
import 'devices_section.dart';
import 'email_section.dart';
import 'log_out_button.dart';
import 'password_section.dart';
import 'profile_section.dart';
import 'verification_banner.dart';

/// Everything that customers can do with their account, on one page: profile,
/// addresses, e-mail, password, devices, activity, their data. For the body of a `Scaffold`.
///
/// The parts are widgets of their own, for shops that arrange them otherwise.
class AccountPage extends StatelessWidget {
  /// Asks for a login when nobody is signed in.
  const AccountPage({
    this.onExport,
    this.signedOut,
    this.onForgotPassword,
    this.passwordMinLength = 8,
    super.key,
  });

  /// Saves or shares the customer's data; without it, it is not offered.
  final void Function(Map<String, Object?> data)? onExport;

  /// Instead of the login form.
  final WidgetBuilder? signedOut;

  /// Goes to a `RecoveryForm`, from the login form; without it, it is not
  /// offered.
  final void Function(String email)? onForgotPassword;

  /// What the server's configuration says; only for the hint.
  final int passwordMinLength;

  @override
  Widget build(BuildContext context) => SingleChildScrollView(
    padding: const EdgeInsets.all(16),
    child: Center(
      child: ConstrainedBox(
        constraints: const BoxConstraints(maxWidth: 640),
        child: AccountGate(
          signedOut: signedOut,
          onForgotPassword: onForgotPassword,
          builder: (context, customer) => Column(
            crossAxisAlignment: CrossAxisAlignment.stretch,
            children: [
              const VerificationBanner(),
              ProfileSection(customer: customer),
              AddressesSection(customer: customer),
              EmailSection(customer: customer),
              PasswordSection(passwordMinLength: passwordMinLength),
              const DevicesSection(),
              const ActivitySection(),
              DataSection(onExport: onExport),
              const LogOutButton(),
            ],
          ),
        ),
      ),
    ),
  );
}
