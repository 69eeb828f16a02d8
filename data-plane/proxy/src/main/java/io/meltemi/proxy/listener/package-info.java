/// (a) Accepts connections, learns where they were meant to go, and picks their filter chain.
@NullMarked
package io.meltemi.proxy.listener;

import org.jspecify.annotations.NullMarked;
