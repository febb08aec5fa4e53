import 'dart:async';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../forms/parts.dart';
import '../forms/style.dart';
import '../l10n/localizations.dart';
import '../scope.dart';
import 'account_list.dart';
import 'address_form.dart';
import 'list_view.dart';
import 'section.dart';

/// The customer's address book.
class AddressesSection extends StatefulWidget {
  /// Belongs into an `AccountGate`, which knows the customer.
  const AddressesSection({required this.customer, super.key});

  /// Whose name a new address begins with.
  final Customer customer;

  @override
  State<AddressesSection> createState() => _AddressesSectionState();
}

class _AddressesSectionState extends State<AddressesSection> {
  late final DoorstepClient _client = DoorstepScope.read(context);
  late final AccountList<Address> _list = AccountList(_client.addresses.list);
  Address? _edited;
  bool _isOpen = false;
  String? _note;

  @override
  void dispose() {
    _list.dispose();
    super.dispose();
  }

  void _open(Address? address) => setState(() {
    _edited = address;
    _isOpen = true;
    _note = null;
  });

  void _close([String? note]) {
    setState(() {
      _isOpen = false;
      _note = note;
    });
    if (note == null) return;
    unawaited(_list.reload());
  }

  Future<void> _remove(Address address) async {
    final texts = DoorstepLocalizations.of(context);
    final result = await _list.change(
      () => _client.addresses.remove(address.id),
    );
    if (!mounted || result is! Ok) return;
    setState(() => _note = texts.addressRemoved);
  }

  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    if (_isOpen) {
      return AccountSection(
        title: _edited == null ? texts.newAddress : texts.changeAddress,
        children: [
          AddressForm(
            address: _edited,
            name: widget.customer.name,
            onSaved: () => _close(texts.addressSaved),
            onCancel: _close,
          ),
        ],
      );
    }
    return AccountSection(
      title: texts.addresses,
      children: [
        ListenableBuilder(
          listenable: _list,
          builder: (context, _) => AccountListView(
            list: _list,
            empty: texts.noAddress,
            entry: _entry,
          ),
        ),
        if (_note case final note?) NoteText(note),
        Align(
          alignment: AlignmentDirectional.centerStart,
          child: OutlinedButton(
            style: buttonStyle,
            onPressed: () => _open(null),
            child: Text(texts.addAddress),
          ),
        ),
      ],
    );
  }

  Widget _entry(Address address) {
    final texts = DoorstepLocalizations.of(context);
    final town = [?address.postalCode, address.city].join(' ');
    return AccountEntry(
      title: address.name,
      lines: [address.line1, ?address.line2, town, address.country],
      tags: [
        if (address.defaultShipping) texts.shipsHere,
        if (address.defaultBilling) texts.billsHere,
      ],
      actions: [
        (texts.edit, texts.editThing(address.line1), () => _open(address)),
        (
          texts.remove,
          texts.removeThing(address.line1),
          () => unawaited(_remove(address)),
        ),
      ],
    );
  }
}
