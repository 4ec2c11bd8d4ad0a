#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Puts 3 x 230 V, 5 A on a simulated meter for 10 s and prints what it counts and shows.
// usage: read_meter.mjs PROTO_FOLDER ADDRESS [AUTHORITY.pem [CERTIFICATE.pem KEY.pem]]
import { readFileSync } from 'node:fs';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [folder, address, authority, certificate, key] = process.argv.slice(2);
const file = (path) => (path ? readFileSync(path) : null);
const credentials = authority
  ? grpc.credentials.createSsl(file(authority), file(key), file(certificate))
  : grpc.credentials.createInsecure();
const definition = loader.loadSync('meterrig/v1/dut.proto',
  { includeDirs: [folder], keepCase: true, longs: Number, defaults: true });
const { Terminals, Meter } = grpc.loadPackageDefinition(definition).meterrig.v1;
const terminals = new Terminals(address, credentials);
const meter = new Meter(address, credentials);

// A call as a promise, with a deadline as every call should have.
const call = (client, method, request, seconds = 10) => new Promise((resolve, reject) => {
  client[method](request, { deadline: Date.now() + 1000 * seconds },
    (error, reply) => (error ? reject(error) : resolve(reply)));
});
const sine = (rms, phase) => ({ components: [{ order: 1, rms, phase }] });
const angles = [0, -120, 120];

const who = await call(meter, 'Identify', {});
console.log(`device ${who.device} ${who.serial_number}`);
const recipe = {
  frequency: { numerator: 50, denominator: 1 },
  voltage: angles.map((angle) => sine(230, angle)),
  current: angles.map((angle) => sine(5, angle)),
};
const { now_ns: begin } = await call(terminals, 'Apply', { recipe, device_seed: 1 });
const { pulses } = await call(terminals, 'Advance', { until_ns: begin + 10e9 }, 60);
console.log(`pulses ${pulses.length}`);
const quantities = ['voltage.L1', 'current.L1', 'active_power.total', 'frequency.total',
  'active_energy_import.total'];
for (const { quantity, value } of (await call(meter, 'Read', { quantities })).readings) {
  console.log(`${quantity} ${Number(value.toPrecision(6))}`);
}
terminals.close();
meter.close();
