/// How bytes get in and out of the kernel: io_uring, epoll or NIO.
@NullMarked
package io.meltemi.proxy.transport;

import org.jspecify.annotations.NullMarked;
