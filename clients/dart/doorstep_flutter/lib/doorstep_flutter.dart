/// Sign-up, login and account pages for a shop on Doorstep.
///
/// Wrap the app in a `DoorstepScope`, then use [SignUpForm], [LoginForm],
/// [RecoveryForm] and [AccountPage], or [SignUpBuilder], [LoginBuilder] and
/// [RecoveryBuilder] with your own widgets.
library;

import 'src/account/account_page.dart';
import 'src/forms/login.dart';
import 'src/forms/recovery.dart';
import 'src/forms/sign_up.dart';

export 'package:doorstep_client/doorstep_client.dart';

export 'src/account/account_gate.dart';
export 'src/account/account_list.dart';
export 'src/account/account_page.dart';
export 'src/account/activity.dart';
export 'src/account/activity_section.dart';
export 'src/account/address_form.dart';
export 'src/account/addresses_section.dart';
export 'src/account/data_section.dart';
export 'src/account/devices_section.dart';
export 'src/account/email_section.dart';
export 'src/account/log_out_button.dart';
export 'src/account/password_section.dart';
export 'src/account/profile_section.dart';
export 'src/account/verification_banner.dart';
export 'src/forms/account_field.dart';
export 'src/forms/account_form.dart';
export 'src/forms/email_change.dart';
export 'src/forms/form_host.dart';
export 'src/forms/login.dart';
export 'src/forms/login_code.dart';
export 'src/forms/login_code_controller.dart';
export 'src/forms/login_number.dart';
export 'src/forms/mail_form.dart';
export 'src/forms/mail_gate.dart';
export 'src/forms/parts.dart';
export 'src/forms/recovery.dart';
export 'src/forms/sign_up.dart';
export 'src/forms/sign_up_verification.dart';
export 'src/forms/verification.dart';
export 'src/forms/words.dart';
export 'src/l10n/localizations.dart';
export 'src/l10n/texts.dart';
export 'src/scope.dart';
export 'src/session_notifier.dart';
