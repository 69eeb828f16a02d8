package io.meltemi.testkit.cluster;

import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/// Upstreams `a`, `b`, ... that answer with their names. Both proxies of a case meet the same ones:
/// policies that hash place endpoints by their ports. Thread-safe.
final class Upstreams implements AutoCloseable {
    private final List<ScriptedUpstream> all = new ArrayList<>();
    private final int closedPort;

    Upstreams(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String name = name(i);
            all.add(ScriptedUpstream.start().otherwise(request -> reply(name, request)));
        }
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closedPort = socket.getLocalPort();
        }
    }

    private static String name(int index) {
        return Character.toString('a' + index);
    }

    private static Reply reply(String name, Message request) {
        if (request.header("cut").orElse("").contains(name)) {
            return new Reply.Close();
        }
        boolean fails = request.header("fail").orElse("").contains(name);
        return Reply.of(fails ? 503 : 200, name);
    }

    ScriptedUpstream get(int index) {
        return all.get(index);
    }

    String fill(String bootstrap) {
        String filled = bootstrap;
        for (int i = 0; i < all.size(); i++) {
            String place = "PORT_" + (char) ('A' + i);
            filled = filled.replace(place, Integer.toString(all.get(i).port()));
        }
        return filled.replace("PORT_X", Integer.toString(closedPort));
    }

    @Override
    public void close() throws IOException {
        for (ScriptedUpstream upstream : all) {
            upstream.close();
        }
    }
}
