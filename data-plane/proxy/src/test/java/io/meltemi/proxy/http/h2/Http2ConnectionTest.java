package io.meltemi.proxy.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.ServerExchanges;
import io.meltemi.proxy.http.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class Http2ConnectionTest {
    private final Loopback loopback = new Loopback();
    private final CountingWatcher watcher = new CountingWatcher();

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void requestAndResponseCarryHeadersBodiesAndTrailers() {
        RecordingReceiver request = new RecordingReceiver();
        Channel server =
                serve(response -> {
                    var _ =
                            request.end.thenAccept(_ -> {
                                response.sendHeaders(
                                        Loopback.headers(":status", "200", "server", "meltemi"),
                                        false);
                                response.sendData(Loopback.bytes("hello "), false);
                                response.sendData(Loopback.bytes("there"), false);
                                response.sendTrailers(Loopback.headers("grpc-status", "0"));
                            });
                    return request;
                });
        RecordingReceiver response = new RecordingReceiver();
        Http2ClientConnection client = client(server);

        loopback.run(() -> {
            MessageSender sender = client.begin(response);
            HeaderMap headers = Loopback.request("POST", "/orders");
            headers.add("content-type", "application/grpc");
            sender.sendHeaders(headers, false);
            sender.sendData(Loopback.bytes("one "), false);
            sender.sendData(Loopback.bytes("order"), false);
            sender.sendTrailers(Loopback.headers("x-checksum", "17"));
        });

        assertThat(response.awaitEnd()).isEqualTo("end");
        assertThat(response.awaitHeaders())
                .hasToString(Loopback.headers(":status", "200", "server", "meltemi").toString());
        assertThat(response.body()).isEqualTo("hello there");
        assertThat(response.trailers()).hasToString("grpc-status: 0\n");
        assertThat(request.awaitHeaders().toString())
                .contains(":path: /orders\n", ":authority: shop.test\n", "application/grpc");
        assertThat(request.body()).isEqualTo("one order");
        assertThat(request.trailers()).hasToString("x-checksum: 17\n");
        Loopback.await("no stream is left", () -> client.activeStreams() == 0);
        Loopback.await("none here either", () -> loopback.served.get(0).activeStreams() == 0);
    }

    @Test
    void informationalResponsesComeBeforeTheFinalOne() {
        Channel server =
                serve(response -> {
                    response.sendHeaders(Loopback.headers(":status", "100"), false);
                    response.sendHeaders(
                            Loopback.headers(":status", "103", "link", "</a.css>"), false);
                    response.sendHeaders(Loopback.headers(":status", "204"), true);
                    return new RecordingReceiver();
                });
        RecordingReceiver response = new RecordingReceiver();

        loopback.get(client(server), "/", response);

        assertThat(response.awaitEnd()).isEqualTo("end");
        assertThat(response.informational)
                .extracting(headers -> headers.get(":status"))
                .containsExactly("100", "103");
        assertThat(response.awaitHeaders().get(":status")).isEqualTo("204");
    }

    @Test
    void pseudoFieldsComeFirstAndConnectionFieldsAreLeftOut() {
        RecordingReceiver request = new RecordingReceiver();
        Channel server = serve(_ -> request);
        Http2ClientConnection client = client(server);

        loopback.run(() -> {
            HeaderMap headers =
                    Loopback.headers(
                            "x-first",
                            "1",
                            "connection",
                            "close",
                            "te",
                            "gzip",
                            "host",
                            "shop.test",
                            ":method",
                            "GET",
                            ":path",
                            "/",
                            ":scheme",
                            "http",
                            "transfer-encoding",
                            "chunked",
                            "keep-alive",
                            "5",
                            "x-last",
                            "2");
            client.begin(new RecordingReceiver()).sendHeaders(headers, true);
        });

        HeaderMap seen = request.awaitHeaders();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < seen.size(); i++) {
            names.add(seen.name(i));
        }
        assertThat(names)
                .containsExactly(":authority", ":method", ":path", ":scheme", "x-first", "x-last");
        assertThat(seen.get(":authority")).isEqualTo("shop.test");
    }

    @Test
    void cookieCrumbsAreJoined() {
        RecordingReceiver request = new RecordingReceiver();
        Channel server = serve(_ -> request);
        Http2ClientConnection client = client(server);

        loopback.run(() -> {
            HeaderMap headers = Loopback.request("GET", "/");
            headers.add("cookie", "a=1");
            headers.add("x", "y");
            headers.add("cookie", "b=2");
            client.begin(new RecordingReceiver()).sendHeaders(headers, true);
        });

        assertThat(request.awaitHeaders().get("cookie")).isEqualTo("a=1; b=2");
    }

    @Test
    void resetOfTheClientReachesTheServer() {
        RecordingReceiver request = new RecordingReceiver();
        Channel server = serve(_ -> request);
        RecordingReceiver response = new RecordingReceiver();
        MessageSender sender = loopback.get(client(server), "/", response);
        request.awaitHeaders();

        // The request has ended; who works on the response has to hear of it all the same.
        loopback.run(() -> sender.reset(StreamReset.LOCAL_RESET));

        assertThat(RecordingReceiver.within(request.reset)).isEqualTo(StreamReset.REMOTE_RESET);
        Loopback.await(
                "the server has no stream", () -> loopback.served.get(0).activeStreams() == 0);
        assertThat(response.end).isNotDone();
    }

    @Test
    void resetOfAnUnfinishedRequestIsHeard() {
        RecordingReceiver request = new RecordingReceiver();
        Channel server = serve(_ -> request);
        Http2ClientConnection client = client(server);
        MessageSender sender =
                loopback.onLoop(() -> {
                    MessageSender begun = client.begin(new RecordingReceiver());
                    begun.sendHeaders(Loopback.request("POST", "/"), false);
                    return begun;
                });
        request.awaitHeaders();

        loopback.run(() -> sender.reset(StreamReset.LOCAL_RESET));

        assertThat(request.awaitEnd()).isEqualTo("reset REMOTE_RESET");
    }

    @Test
    void refusedStreamsMayBeTriedAgain() {
        Channel server =
                serve(response -> {
                    response.reset(StreamReset.REMOTE_REFUSED);
                    return new RecordingReceiver();
                });
        RecordingReceiver response = new RecordingReceiver();

        loopback.get(client(server), "/", response);

        assertThat(response.awaitEnd()).isEqualTo("reset REMOTE_REFUSED");
    }

    @Test
    void resetOfTheServerReachesTheClient() {
        Channel server =
                serve(response -> {
                    response.sendHeaders(Loopback.headers(":status", "200"), false);
                    response.reset(StreamReset.LOCAL_RESET);
                    return new RecordingReceiver();
                });
        RecordingReceiver response = new RecordingReceiver();

        loopback.get(client(server), "/", response);

        assertThat(response.awaitEnd()).isEqualTo("reset REMOTE_RESET");
    }

    @Test
    void responseBeforeTheEndOfTheRequestIsWholeAndEndsTheExchange() {
        Channel server =
                serve(response -> {
                    response.sendHeaders(Loopback.headers(":status", "413"), false);
                    response.sendData(Loopback.bytes("too much"), true);
                    return new RecordingReceiver();
                });
        Http2ClientConnection client = client(server);
        RecordingReceiver response = new RecordingReceiver();

        loopback.run(() -> {
            MessageSender sender = client.begin(response);
            sender.sendHeaders(Loopback.request("POST", "/"), false);
            sender.sendData(Loopback.bytes("never ending"), false);
        });

        assertThat(response.awaitEnd()).isEqualTo("end");
        assertThat(response.body()).isEqualTo("too much");
        Loopback.await("the client's stream is over", () -> client.activeStreams() == 0);
    }

    @Test
    void pausedReaderHoldsTheSenderAtTheWindow() {
        int window = 65_535;
        Http2Options small = new Http2Options(10, window, window, 4096, 0, 0, 61_440, 100);
        RecordingReceiver request = new RecordingReceiver();
        MessageSender[] responseSender = new MessageSender[1];
        Channel server =
                loopback.serve(
                        small,
                        response -> {
                            responseSender[0] = response;
                            response.pauseReading(true);
                            return request;
                        });
        Http2ClientConnection client = client(server);
        int total = 1_000_000;

        MessageSender sender =
                loopback.onLoop(() -> {
                    MessageSender begun = client.begin(new RecordingReceiver());
                    begun.sendHeaders(Loopback.request("POST", "/"), false);
                    begun.sendData(Unpooled.wrappedBuffer(new byte[total]), true);
                    return begun;
                });

        Loopback.await("the window is used up", () -> request.bodyBytes.get() == window);
        assertThat(loopback.<Boolean>onLoop(sender::isWritable)).isFalse();
        loopback.run(() -> responseSender[0].pauseReading(false));
        assertThat(request.awaitEnd()).isEqualTo("end");
        assertThat(request.bodyBytes).hasValue(total);
    }

    @Test
    void senderHearsWhenItMayGoOn() {
        int window = 65_535;
        Http2Options small = new Http2Options(10, window, window, 4096, 0, 0, 61_440, 100);
        List<MessageSender> responses = new CopyOnWriteArrayList<>();
        RecordingReceiver request = new RecordingReceiver();
        Channel server =
                loopback.serve(
                        small,
                        response -> {
                            responses.add(response);
                            response.pauseReading(true);
                            return request;
                        });
        Http2ClientConnection client = client(server);
        AtomicInteger writable = new AtomicInteger();
        MessageSender sender =
                loopback.onLoop(() -> {
                    MessageSender begun =
                            client.begin(new CallbackReceiver(writable::incrementAndGet));
                    begun.sendHeaders(Loopback.request("POST", "/"), false);
                    begun.sendData(Unpooled.wrappedBuffer(new byte[window]), false);
                    return begun;
                });
        Loopback.await("the window is used up", () -> request.bodyBytes.get() == window);
        assertThat(loopback.<Boolean>onLoop(sender::isWritable)).isFalse();
        int before = writable.get();

        loopback.run(() -> responses.get(0).pauseReading(false));

        Loopback.await("onWritable", () -> writable.get() > before);
        assertThat(loopback.<Boolean>onLoop(sender::isWritable)).isTrue();
    }

    @Test
    void drainingServerAnswersWhatItTookAndCloses() {
        List<MessageSender> responses = new CopyOnWriteArrayList<>();
        Channel server =
                serve(response -> {
                    responses.add(response);
                    return new RecordingReceiver();
                });
        Http2ClientConnection client = client(server);
        RecordingReceiver response = new RecordingReceiver();
        loopback.get(client, "/", response);
        Loopback.await("the request is there", () -> !responses.isEmpty());

        loopback.run(() -> loopback.served.get(0).drain());

        Loopback.await("the client takes no more", () -> client.availableStreams() == 0);
        assertThat(response.end).isNotDone();
        assertThat(watcher.closed).hasValue(0);
        loopback.run(() -> responses.get(0).sendHeaders(Loopback.headers(":status", "200"), true));
        assertThat(response.awaitEnd()).isEqualTo("end");
        Loopback.await("the connection is closed", () -> watcher.closed.get() == 1);
    }

    @Test
    void drainingClientClosesBehindItsLastExchange() {
        List<MessageSender> responses = new CopyOnWriteArrayList<>();
        Channel server =
                serve(response -> {
                    responses.add(response);
                    return new RecordingReceiver();
                });
        Http2ClientConnection client = client(server);
        RecordingReceiver response = new RecordingReceiver();
        loopback.get(client, "/", response);
        Loopback.await("the request is there", () -> !responses.isEmpty());

        loopback.run(client::drain);

        assertThat(loopback.<Integer>onLoop(client::availableStreams)).isZero();
        loopback.run(() -> responses.get(0).sendHeaders(Loopback.headers(":status", "200"), true));
        assertThat(response.awaitEnd()).isEqualTo("end");
        Loopback.await("the connection is closed", () -> watcher.closed.get() == 1);
    }

    @Test
    void brokenConnectionEndsItsExchanges() {
        RecordingReceiver request = new RecordingReceiver();
        Channel server = serve(_ -> request);
        Http2ClientConnection client = client(server);
        RecordingReceiver response = new RecordingReceiver();
        loopback.get(client, "/", response);
        request.awaitHeaders();

        loopback.run(() -> loopback.served.get(0).close());

        assertThat(response.awaitEnd()).isEqualTo("reset CONNECTION_TERMINATION");
        Loopback.await("closed", () -> watcher.closed.get() == 1);
        assertThat(loopback.<Integer>onLoop(client::availableStreams)).isZero();
    }

    @Test
    void peerLimitsConcurrentStreams() {
        Http2Options three = new Http2Options(3, 65_535, 65_535, 4096, 0, 0, 61_440, 100);
        Channel server = loopback.serve(three, _ -> new RecordingReceiver());
        Http2ClientConnection client = client(server);
        Loopback.await("settings", () -> loopback.<Integer>onLoop(client::availableStreams) == 3);

        loopback.get(client, "/", new RecordingReceiver());
        loopback.get(client, "/", new RecordingReceiver());

        assertThat(loopback.<Integer>onLoop(client::availableStreams)).isEqualTo(1);
        assertThat(loopback.<Integer>onLoop(client::activeStreams)).isEqualTo(2);
    }

    @Test
    void contentLengthOfAHeadResponseAnnouncesNoBody() {
        Channel server =
                serve(response -> {
                    response.sendHeaders(
                            Loopback.headers(":status", "200", "content-length", "5"), true);
                    return new RecordingReceiver();
                });
        Http2ClientConnection client = client(server);
        RecordingReceiver head = new RecordingReceiver();
        RecordingReceiver get = new RecordingReceiver();

        loopback.run(() -> client.begin(head).sendHeaders(Loopback.request("HEAD", "/"), true));
        loopback.get(client, "/", get);

        assertThat(head.awaitEnd()).isEqualTo("end");
        assertThat(get.awaitEnd()).isEqualTo("reset PROTOCOL_ERROR");
    }

    @Test
    void unansweredPingClosesTheConnection() {
        Channel silent = loopback.listen(_ -> {});
        Http2Options pinging = new Http2Options(10, 65_535, 65_535, 4096, 20, 20, 61_440, 100);

        loopback.client(silent, pinging, watcher);

        Loopback.await("closed", () -> watcher.closed.get() == 1);
    }

    @Test
    void answeredPingsKeepTheConnection() {
        Channel server = serve(_ -> new RecordingReceiver());
        Http2Options pinging = new Http2Options(10, 65_535, 65_535, 4096, 1, 2_000, 61_440, 100);
        Http2ClientConnection client = loopback.client(server, pinging, watcher);

        for (int i = 0; i < 50; i++) {
            loopback.get(client, "/", new RecordingReceiver());
        }

        assertThat(watcher.closed).hasValue(0);
    }

    private Channel serve(ServerExchanges exchanges) {
        return loopback.serve(Http2Options.DEFAULTS, exchanges);
    }

    private Http2ClientConnection client(Channel server) {
        return loopback.client(server, Http2Options.DEFAULTS, watcher);
    }

    private static final class CountingWatcher implements Http2ClientConnection.Watcher {
        final AtomicInteger closed = new AtomicInteger();

        @Override
        public void onCapacityChanged() {}

        @Override
        public void onClosed() {
            closed.incrementAndGet();
        }
    }

    private record CallbackReceiver(Runnable whenWritable) implements MessageReceiver {
        @Override
        public void onHeaders(HeaderMap headers, boolean endStream) {}

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            data.release();
        }

        @Override
        public void onTrailers(HeaderMap trailers) {}

        @Override
        public void onReset(StreamReset reason) {}

        @Override
        public void onWritable() {
            whenWritable.run();
        }
    }
}
