/** These tests wait for encodes, which compete for the cores of the machine. */
jest.setTimeout(300_000);
