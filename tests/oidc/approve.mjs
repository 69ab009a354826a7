// Enters a code on the provider's own pages as a person with a browser would, and logs in there.
//
//   node approve.mjs PAGE CODE EMAIL

const [page, code, email] = process.argv.slice(2);
const cookies = new Map();

async function visit(url, form) {
  const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  const body = form && new URLSearchParams(form);
  const response = await fetch(url, { method: form ? 'POST' : 'GET', body, headers, redirect: 'manual' });
  for (const cookie of response.headers.getSetCookie()) {
    const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
    if (value === '' || /expires=Thu, 01 Jan 1970/i.test(cookie)) cookies.delete(name);
    else cookies.set(name, value);
  }
  const next = response.headers.get('location');
  if (next) return visit(new URL(next, url));
  return { url, status: response.status, text: await response.text() };
}

const answers = { user_code: code, login: email, password: 'x', confirm: 'yes' };
let shown = await visit(new URL(page));
for (let step = 0; step < 8; step += 1) {
  if (/Sign-in Success/.test(shown.text)) {
    console.log(`entered ${code} as ${email}`);
    process.exit(0);
  }
  const form = shown.text.match(/<form[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/);
  if (!form) break;
  const [, action, inputs] = form;
  const fields = {};
  for (const [input] of inputs.matchAll(/<input[^>]*>/g)) {
    const name = input.match(/name="([^"]+)"/)?.[1];
    if (name) fields[name] = answers[name] ?? input.match(/value="([^"]*)"/)?.[1] ?? '';
  }
  shown = await visit(new URL(action, shown.url), fields);
}
console.error(`the code ${code} was not taken at ${shown.url} (${shown.status}):\n${shown.text.replace(/<style[\s\S]*?<\/style>|<[^>]+>/g, '')}`);
process.exit(1);
