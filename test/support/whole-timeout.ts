/** Tests of the whole wait for encodes, which share the machine's cores with one another. */
jest.setTimeout(300_000);
