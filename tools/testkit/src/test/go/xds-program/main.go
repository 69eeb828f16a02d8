// Command xds-program calls and serves by grpc-go's own xDS, as any program would: what it knows of
// the mesh it knows by GRPC_XDS_BOOTSTRAP. It reads orders from standard input, one a line, and
// answers each with one line:
//
//	serve plain|xds HOST:PORT NAME             -> serving
//	call insecure|xds[!] TARGET PATH MILLIS COUNT [HEADER=VALUE ...]  -> MILLIS ANSWER=COUNT ...
//
// With ! it connects anew: security that has changed holds for new connections.
//
// A server answers with its NAME, and with +tls when the caller came so. The header fail-first makes
// it fail a first attempt, and sleep:N makes it wait. What fails is counted as code and its number.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	xdscreds "google.golang.org/grpc/credentials/xds"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/xds"
)

// rawCodec carries bytes as they are.
type rawCodec struct{}

func (rawCodec) Marshal(v any) ([]byte, error) { return *(v.(*[]byte)), nil }
func (rawCodec) Unmarshal(b []byte, v any) error {
	*(v.(*[]byte)) = append([]byte(nil), b...)
	return nil
}
func (rawCodec) Name() string { return "proto" }

func main() {
	channels := map[string]*grpc.ClientConn{}
	orders := bufio.NewScanner(os.Stdin)
	for orders.Scan() {
		words := strings.Fields(orders.Text())
		var answer string
		var err error
		switch words[0] {
		case "serve":
			answer, err = "serving", serve(words[1], words[2], words[3])
		case "call":
			answer, err = call(channels, words[1:])
		default:
			err = fmt.Errorf("unknown order %q", words[0])
		}
		if err != nil {
			answer = "error " + strings.ReplaceAll(err.Error(), "\n", " ")
		}
		fmt.Println(answer)
	}
}

func serve(kind, address, name string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	handler := grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		return answer(name, stream)
	})
	codec := grpc.ForceServerCodec(rawCodec{})
	if kind == "plain" {
		go grpc.NewServer(handler, codec).Serve(listener)
		return nil
	}
	creds, err := xdscreds.NewServerCredentials(
		xdscreds.ServerOptions{FallbackCreds: insecure.NewCredentials()})
	if err != nil {
		return err
	}
	server, err := xds.NewGRPCServer(handler, codec, grpc.Creds(creds))
	if err != nil {
		return err
	}
	go server.Serve(listener)
	return nil
}

func answer(name string, stream grpc.ServerStream) error {
	var request []byte
	if err := stream.RecvMsg(&request); err != nil {
		return err
	}
	headers, _ := metadata.FromIncomingContext(stream.Context())
	if len(headers["fail-first"]) > 0 && len(headers["grpc-previous-rpc-attempts"]) == 0 {
		return status.Error(codes.Unavailable, "the first attempt fails")
	}
	if sleep := headers["sleep"]; len(sleep) > 0 {
		millis, _ := strconv.Atoi(sleep[0])
		select {
		case <-time.After(time.Duration(millis) * time.Millisecond):
		case <-stream.Context().Done():
			return stream.Context().Err()
		}
	}
	if caller, ok := peer.FromContext(stream.Context()); ok {
		if _, tls := caller.AuthInfo.(credentials.TLSInfo); tls {
			name += "+tls"
		}
	}
	response := []byte(name)
	return stream.SendMsg(&response)
}

func call(channels map[string]*grpc.ClientConn, words []string) (string, error) {
	kind, target, path := words[0], words[1], words[2]
	millis, err := strconv.Atoi(words[3])
	if err != nil {
		return "", err
	}
	count, err := strconv.Atoi(words[4])
	if err != nil {
		return "", err
	}
	security, anew := strings.CutSuffix(kind, "!")
	channel, known := channels[kind+target]
	if !known {
		channel, err = dial(security, target)
		if err != nil {
			return "", err
		}
		if anew {
			defer channel.Close()
		} else {
			channels[kind+target] = channel
		}
	}
	headers := metadata.MD{}
	for _, word := range words[5:] {
		name, value, _ := strings.Cut(word, "=")
		headers.Append(name, value)
	}
	answers := map[string]int{}
	began := time.Now()
	for i := 0; i < count; i++ {
		answers[once(channel, path, headers, time.Duration(millis)*time.Millisecond)]++
	}
	line := []string{}
	for name, times := range answers {
		line = append(line, fmt.Sprintf("%s=%d", name, times))
	}
	sort.Strings(line)
	return fmt.Sprintf("%d %s", time.Since(began).Milliseconds(), strings.Join(line, " ")), nil
}

func dial(kind, target string) (*grpc.ClientConn, error) {
	creds := insecure.NewCredentials()
	if kind == "xds" {
		var err error
		creds, err = xdscreds.NewClientCredentials(
			xdscreds.ClientOptions{FallbackCreds: insecure.NewCredentials()})
		if err != nil {
			return nil, err
		}
	}
	return grpc.NewClient(target, grpc.WithTransportCredentials(creds))
}

func once(channel *grpc.ClientConn, path string, headers metadata.MD, limit time.Duration) string {
	ctx, cancel := context.WithTimeout(metadata.NewOutgoingContext(context.Background(), headers), limit)
	defer cancel()
	request, response := []byte("?"), []byte(nil)
	err := channel.Invoke(ctx, path, &request, &response, grpc.ForceCodec(rawCodec{}))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return fmt.Sprintf("code%d", status.Code(err))
	}
	return string(response)
}
