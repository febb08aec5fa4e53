let count = 0;

/** Somebody who was never here before. */
export function newPerson(name = "Grace Darling") {
  count += 1;
  return {
    name,
    email: `grace.${process.pid}.${count}@longstone.example`,
    password: "coble through the Farne",
  };
}

export async function fillSignUp(page, person) {
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
}

export async function pressSignUp(page) {
  await page.getByRole("button", { name: "Open the account" }).click();
}

/** Opens an account through the form and waits until the shop greets its owner. */
export async function signUp(visitor, person = newPerson()) {
  const page = await visitor.open("/signup");
  await fillSignUp(page, person);
  await pressSignUp(page);
  await page.waitForURL("**/account");
  await menuButton(page, person).waitFor();
  return { page, person };
}

export async function fillLogIn(page, { email, password }) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.locator("main").getByRole("button", { name: "Log in" }).click();
}

export async function logIn(visitor, person) {
  const page = await visitor.open("/login");
  await fillLogIn(page, person);
  await page.waitForURL("**/account");
  await menuButton(page, person).waitFor();
  return page;
}

export function menuButton(page, person) {
  return page.getByRole("banner").getByRole("button", { name: person.name });
}

export async function logOut(page, person) {
  await menuButton(page, person).click();
  await page.getByRole("button", { name: "Log out" }).click();
  await loggedOut(page);
}

export async function loggedOut(page) {
  await page.getByRole("banner").getByRole("link", { name: "Log in" }).waitFor();
}

/** Waits for the note that the shop shows and that a screen reader reads. */
export async function noted(page, text) {
  await page.getByRole("status").filter({ hasText: text }).waitFor();
}

/** What the server answers to a page's own request, cookie included. */
export function statusOf(page, path) {
  return page.evaluate(async (address) => (await fetch(address)).status, path);
}
