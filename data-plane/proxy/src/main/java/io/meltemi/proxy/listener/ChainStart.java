package io.meltemi.proxy.listener;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.filter.network.TerminalFilter;
import io.meltemi.proxy.http.HttpSettings;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.tcp.TcpSession;
import io.meltemi.proxy.tcp.TcpSettings;
import io.meltemi.proxy.tcp.TcpTarget;
import io.meltemi.proxy.upstream.WorkerClusters;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/// Picks the filter chain of a connection and walks it: network filters, TLS, and who ends the
/// chain. Confined to its event loop.
@SuppressWarnings("FutureReturnValueIgnored") // closing is heard by the close future
final class ChainStart implements NetworkChain.Owner {
    private final ConnectionStart.Worker worker;
    private final StartingConnection connection;
    private final Channel channel;
    private final ConnectionLogs logs;
    private @Nullable NetworkChain filters;

    /// What inspectors had read when a filter held the connection back.
    private @Nullable HeldBytes held;

    /// False once a network filter keeps the connection from going further.
    private boolean goesOn = true;

    ChainStart(ConnectionStart.Worker worker, StartingConnection connection) {
        this.worker = worker;
        this.connection = connection;
        this.channel = connection.channel;
        this.logs = new ConnectionLogs(connection, worker.epochOffsetNanos());
    }

    void choose() {
        FilterChain chain = pick();
        if (chain == null) {
            connection.port.stats().noFilterChainMatch.increment(worker.loop().index());
            logs.noFilterChain();
            channel.close();
            return;
        }
        connection.open.chain = chain;
        connection.open.drain = () -> channel.close();
        if (!chain.filters().isEmpty()) {
            filters = new NetworkChain(chain.filters(), worker.loop(), channel, this);
            goesOn = filters.begin();
            if (filters.isPaused()) {
                held = new HeldBytes();
                channel.pipeline().addLast(held);
                return;
            }
        }
        secure(chain);
    }

    private void secure(FilterChain chain) {
        if (chain.tls() != null) {
            new Handshake(connection, chain)
                    .begin(alpn -> {
                        if (goesOn) {
                            ready(chain, alpn);
                        }
                    });
        } else if (goesOn) {
            ready(chain, null);
        }
    }

    private @Nullable FilterChain pick() {
        // Not the chains there were when the connection came: they may be gone.
        return connection.port.settings().chainFor(connection.facts());
    }

    private void ready(FilterChain chain, @Nullable String alpn) {
        connection.learnPeer();
        logs.ready();
        if (filters != null) {
            filters.install();
        }
        switch (chain.terminal()) {
            case FilterChain.Terminal.Tcp(TcpSettings tcp) -> tcp(chain, tcp);
            case FilterChain.Terminal.Other(TerminalFilter filter) -> filter.take(channel);
            case FilterChain.Terminal.Http(HttpSettings manager) ->
                    new HttpStart(worker, connection, manager, connection.httpFacts(chain))
                            .begin(alpn);
        }
    }

    private void tcp(FilterChain chain, TcpSettings tcp) {
        ExchangeRecord record = logs.beginTcp(chain);
        TcpSession session =
                new TcpSession(
                        tcp,
                        worker.loop(),
                        worker.clusters(),
                        record,
                        connection,
                        new TcpTarget(tcp, record, wish()),
                        worker.random().nextLong());
        channel.pipeline().addLast(session);
        session.start(channel);
    }

    private TcpTarget.Wish wish() {
        return new TcpTarget.Wish(
                filters == null ? null : filters.cluster(),
                connection.requestedServerName(),
                filters == null ? 0 : filters.port(),
                connection.destination,
                connection.redirected);
    }

    @Override
    public void released(boolean all) {
        goesOn = all;
        FilterChain chain = connection.open.chain;
        if (chain != null && held != null) {
            secure(chain);
            held.release();
        }
    }

    @Override
    public void close(@Nullable String details, @Nullable ResponseFlag flag, int bytesHeld) {
        logs.closedByFilter(details, flag, bytesHeld);
        channel.close();
    }

    @Override
    public WorkerClusters clusters() {
        return worker.clusters();
    }

    @Override
    public @Nullable ExchangeRecord record() {
        return logs.tcpRecord();
    }

    @Override
    public RequestFacts facts() {
        return connection;
    }
}
