package io.meltemi.proxy.listener;

import io.meltemi.proxy.tls.ClientHello;
import io.meltemi.proxy.tls.TlsInspector;
import io.netty.channel.ChannelHandlerContext;

/// Looks at the first bytes of a connection, if its listener wants to know what they are, before
/// [ChainStart] picks the filter chain. Confined to its event loop.
@SuppressWarnings("FutureReturnValueIgnored") // closing is heard by the close future
final class Inspection implements TlsInspector.Listener {
    private final StartingConnection connection;
    private final ChainStart chains;

    Inspection(ConnectionStart.Worker worker, StartingConnection connection) {
        this.connection = connection;
        this.chains = new ChainStart(worker, connection);
    }

    void begin() {
        ListenerSettings settings = connection.settings;
        if (settings.tlsInspector() != null
                && settings.tlsInspector().test(connection.destination)) {
            long millis = settings.inspectNanos() / 1_000_000;
            connection.channel.pipeline().addLast(new TlsInspector(millis, this));
        } else {
            inspectHttp();
        }
    }

    @Override
    public void onClientHello(ChannelHandlerContext ctx, ClientHello hello) {
        connection.learn(hello);
        if (hello.isTls()) {
            chains.choose();
        } else {
            inspectHttp();
        }
    }

    @Override
    public void onGivenUp(ChannelHandlerContext ctx, String reason) {
        ListenerPort port = connection.port;
        port.stats().inspectTimeout.increment(port.loop().index());
        if (connection.settings.continueWithoutInspection()) {
            chains.choose();
        } else {
            connection.channel.close();
        }
    }

    private void inspectHttp() {
        ListenerSettings settings = connection.settings;
        if (settings.httpInspector() == null
                || !settings.httpInspector().test(connection.destination)) {
            chains.choose();
            return;
        }
        HttpInspector inspector =
                new HttpInspector(found -> {
                    connection.learn(found);
                    chains.choose();
                });
        connection.channel.pipeline().addLast(inspector);
        InspectionLimit.arm(connection.port, connection.channel, inspector, chains::choose);
    }
}
