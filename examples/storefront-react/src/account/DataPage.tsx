import { useDeleteAccount } from "@doorstep/react";
import { useState } from "react";
import { account } from "../account-client";
import { announce } from "../parts/announce";
import { BoundField } from "../parts/BoundField";
import { BoundForm } from "../parts/BoundForm";
import { navigate } from "../router/location";
import { AccountLayout } from "./AccountLayout";

function save(name: string, content: unknown): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
  link.download = name;
  link.click();
  // The browser reads the address when it gets to it, not at the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function Export() {
  const [problem, setProblem] = useState("");
  const download = async () => {
    const result = await account.exportData();
    setProblem(result.ok ? "" : result.error.message);
    if (!result.ok) return;
    save("my-account.json", result.data);
    announce("Your data is downloaded.");
  };
  return (
    <section className="panel" aria-labelledby="export">
      <h2 id="export">Take it with you</h2>
      <p>Everything this shop has stored about you, in one file that a program can read.</p>
      <button type="button" className="button button-plain" onClick={() => void download()}>
        Download my data
      </button>
      <p className="error" role="alert">
        {problem}
      </p>
    </section>
  );
}

function Delete() {
  const form = useDeleteAccount({
    onSuccess: () => {
      navigate("/");
      announce("Your account is deleted. Fair winds.");
    },
  });
  return (
    <section className="panel danger" aria-labelledby="delete">
      <h2 id="delete">Delete the account</h2>
      <p>
        Your name, addresses and devices are erased at once, and you are logged out everywhere. This is final.
      </p>
      <BoundForm form={form} button="Delete my account" tone="danger">
        <BoundField form={form} name="currentPassword" label="Your password, to be sure" />
      </BoundForm>
    </section>
  );
}

export function DataPage() {
  return (
    <AccountLayout title="Your data">
      {() => (
        <>
          <Export />
          <Delete />
        </>
      )}
    </AccountLayout>
  );
}
