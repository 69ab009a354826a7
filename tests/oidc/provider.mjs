// A real OpenID Connect provider on loopback, with codes (device flow), refresh tokens that can be used once, and access
// tokens that are JWTs with an e-mail. Whoever logs in is believed: any e-mail, any password.
//
//   node provider.mjs [--port N] [--token-seconds N]
//
// Prints its URL when it is ready.

import { parseArgs } from 'node:util';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'token-seconds': { type: 'string', default: '3600' },
  },
});
const tokenSeconds = Number(values['token-seconds']);

let provider;
const server = createServer((request, response) => provider.callback()(request, response));
server.listen(Number(values.port), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  provider = make(url);
  console.log(url);
});

function make(url) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = new Provider(url, {
    clients: [
      {
        client_id: 'nemo-cli',
        client_name: 'the command line',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'key' }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    scopes: ['openid', 'offline_access', 'email', 'profile'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    async findAccount(_context, id) {
      return { accountId: id, claims: async () => ({ sub: id, email: id, email_verified: true, name: id }) };
    },
    features: {
      deviceFlow: { enabled: true },
      devInteractions: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => 'urn:nemo',
        useGrantedResource: async () => true,
        getResourceServerInfo: async () => ({
          audience: 'nemo-cli',
          scope: 'openid email profile offline_access',
          accessTokenFormat: 'jwt',
          accessTokenTTL: tokenSeconds,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    async extraTokenClaims(_context, token) {
      return token.accountId ? { email: token.accountId } : undefined;
    },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    expiresWithSession: async () => false,
    ttl: { DeviceCode: 600, RefreshToken: 86400, Grant: 86400, Session: 86400, Interaction: 600, IdToken: tokenSeconds },
  });
  provider.on('server_error', (_context, error) => console.error(error));
  provider.on('grant.error', (_context, error) => {
    if (error.error !== 'authorization_pending') console.error(`${error.error}: ${error.error_detail ?? ''}`);
  });
  provider.on('grant.success', (context) => console.error(`granted by ${context.oidc.params.grant_type}`));
  return provider;
}
