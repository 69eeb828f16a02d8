package io.meltemi.bench.contest;

import io.meltemi.bench.contest.Wiring.Protocol;
import io.meltemi.bench.contest.Wiring.Shape;
import java.nio.file.Path;

/// What HAProxy and nginx run: one hop with an access log, as near to the others as they can.
/// Thread-safe: without state.
final class OtherConfigs {
    private OtherConfigs() {}

    static String haProxy(Wiring wiring, int port, int upstreamPort) {
        String protocol = wiring.between() == Protocol.HTTP2 ? " proto h2" : "";
        boolean tcp = wiring.shape() == Shape.TCP;
        return """
        global
          nbthread 1
          log stdout format raw local0
        defaults
          mode %s
          log global
          option %s
          timeout connect 5s
          timeout client 60s
          timeout server 60s
        %s
        frontend web
          bind 127.0.0.1:%d%s
          default_backend upstream
        backend upstream
          server one 127.0.0.1:%d%s
        """
                .formatted(
                        tcp ? "tcp" : "http",
                        tcp ? "tcplog" : "httplog",
                        tcp ? "" : "  http-reuse always",
                        port,
                        protocol,
                        upstreamPort,
                        protocol);
    }

    /// With upstreams it speaks HTTP/1.1 whatever the wiring says.
    static String nginx(Wiring wiring, int port, int upstreamPort, Path folder) {
        return """
        worker_processes 1;
        daemon off;
        pid %s/nginx.pid;
        error_log %s/nginx-error.log;
        worker_rlimit_nofile 65536;
        events { worker_connections 40000; }
        http {
          access_log %s/nginx-access.log;
          keepalive_requests 1000000000;
          upstream up { server 127.0.0.1:%d; keepalive 1024; keepalive_requests 1000000000; }
          server {
            listen 127.0.0.1:%d%s;
            location / {
              proxy_pass http://up;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
            }
          }
        }
        """
                .formatted(
                        folder,
                        folder,
                        folder,
                        upstreamPort,
                        port,
                        wiring.between() == Protocol.HTTP2 ? " http2" : "");
    }
}
