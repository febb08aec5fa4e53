// Forms as tutorials have them, and the same ones with the kit. Each function shows one on the page.
import { createDoorstepClient } from "@doorstep/client";
import * as kit from "@doorstep/react";
import * as react from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { kitHeader, plainHeader } from "./header.js";

const { useState } = react;
const root = () => document.getElementById("root");
const show = (element) => createRoot(root()).render(element);
const account = (api) => createDoorstepClient({ baseUrl: api });
const post = (url, body) =>
  fetch(url, {
    method: "POST",
    credentials: "include",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

function Fields() {
  return (
    <>
      <input name="name" aria-label="Name" />
      <input name="email" aria-label="E-mail" />
      <input name="password" type="password" aria-label="Password" />
      <button type="submit">Create account</button>
    </>
  );
}

/** Sends at each submit, and shows every status. */
export function plainForm(api) {
  function Form() {
    const [statuses, setStatuses] = useState([]);
    const submit = async (event) => {
      event.preventDefault();
      const answer = await post(`${api}/api/signup`, Object.fromEntries(new FormData(event.currentTarget)));
      setStatuses((before) => [...before, answer.status]);
    };
    return (
      <form onSubmit={submit}>
        <Fields />
        <p id="statuses">{statuses.join(" ")}</p>
      </form>
    );
  }
  show(<Form />);
}

/** React 19's way: the form's values go to a function, and the form is reset after it. */
export function actionForm(api) {
  function Form() {
    const [message, setMessage] = useState("");
    const submit = async (values) => {
      const answer = await post(`${api}/api/signup`, Object.fromEntries(values));
      setMessage((await answer.json()).message);
    };
    return (
      <form action={submit}>
        <Fields />
        <p role="alert">{message}</p>
      </form>
    );
  }
  show(<Form />);
}

export function kitForm(api) {
  show(<kit.SignUpForm account={account(api)} />);
}

/** Greets by a state that was read before the sign-up. */
export function plainGreeting(api, person) {
  function Greeting() {
    const [session, setSession] = useState(null);
    const [text, setText] = useState("");
    const signUp = async () => setSession((await (await post(`${api}/api/signup`, person)).json()).user);
    const click = async () => {
      await signUp();
      setText(session ? `Hello ${session.name}` : "Hello nobody");
    };
    return <Button click={click} text={text} />;
  }
  show(<Greeting />);
}

/** Greets by what the call gave. */
export function kitGreeting(api, person) {
  const client = account(api);
  function Greeting() {
    const [text, setText] = useState("");
    const click = async () => {
      const result = await client.signUp(person);
      setText(result.ok ? `Hello ${result.data.name}` : result.error.message);
    };
    return <Button click={click} text={text} />;
  }
  show(<Greeting />);
}

function Button({ click, text }) {
  return (
    <>
      <button type="button" onClick={click}>
        Create account
      </button>
      <p id="greeting">{text}</p>
    </>
  );
}

/** Takes over a header that a server has rendered. */
export function hydrate(kind, api) {
  const Header = kind === "kit" ? kitHeader(react, kit, account(api)) : plainHeader(react);
  hydrateRoot(root(), <Header />);
}
