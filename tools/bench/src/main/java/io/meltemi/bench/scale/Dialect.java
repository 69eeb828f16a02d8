package io.meltemi.bench.scale;

import java.util.Collection;
import java.util.List;

/// The two ways to ask for configuration over one stream for all types.
enum Dialect {
    DELTA("DeltaAggregatedResources") {
        private static final int NODE = 1;
        private static final int TYPE = 2;
        private static final int SUBSCRIBE = 3;
        private static final int NONCE = 6;

        @Override
        byte[] ask(byte[] node, String type, List<String> added, Collection<String> all) {
            Bytes request = new Bytes();
            if (node.length > 0) {
                request.field(NODE, node);
            }
            request.field(TYPE, type);
            added.forEach(name -> request.field(SUBSCRIBE, name));
            return request.toArray();
        }

        @Override
        byte[] acknowledge(MessageScan.Response response, Collection<String> all) {
            return new Bytes()
                    .field(TYPE, response.type())
                    .field(NONCE, response.nonce())
                    .toArray();
        }
    },
    WORLD("StreamAggregatedResources") {
        private static final int VERSION = 1;
        private static final int NODE = 2;
        private static final int NAMES = 3;
        private static final int TYPE = 4;
        private static final int NONCE = 5;

        @Override
        byte[] ask(byte[] node, String type, List<String> added, Collection<String> all) {
            Bytes request = new Bytes();
            if (node.length > 0) {
                request.field(NODE, node);
            }
            request.field(TYPE, type);
            all.forEach(name -> request.field(NAMES, name));
            return request.toArray();
        }

        @Override
        byte[] acknowledge(MessageScan.Response response, Collection<String> all) {
            Bytes request = new Bytes().field(VERSION, response.version());
            all.forEach(name -> request.field(NAMES, name));
            return request.field(TYPE, response.type()).field(NONCE, response.nonce()).toArray();
        }
    };

    private final String method;

    Dialect(String method) {
        this.method = method;
    }

    String path() {
        return "/envoy.service.discovery.v3.AggregatedDiscoveryService/" + method;
    }

    /// @param node on the first request of a stream; else without a byte
    /// @param added names that are new
    /// @param all names of this type that are wanted; none: everything
    abstract byte[] ask(byte[] node, String type, List<String> added, Collection<String> all);

    /// @param all names of this type that are wanted
    abstract byte[] acknowledge(MessageScan.Response response, Collection<String> all);
}
