#!/bin/sh
# Makes what compose.yaml reads from deploy/secrets: passwords, keys, and a certificate of one's own for the proxy.
# Run it once; what is there already is kept. The argument is another folder to write to.
set -eu
umask 077
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder/tls"
random() { openssl rand -hex 24; }

if [ ! -e "$folder/gateway.env" ]; then
  database=$(random) client=$(random) webhook=$(random)
  printf 'MYSQL_RANDOM_ROOT_PASSWORD=yes\nMYSQL_DATABASE=gateway\nMYSQL_USER=gateway\nMYSQL_PASSWORD=%s\n' \
    "$database" >"$folder/mysql.env"
  printf 'SIMULATOR_CLIENT_SECRET=%s\nSIMULATOR_WEBHOOK_SECRET=%s\n' "$client" "$webhook" >"$folder/simulator.env"
  cat >"$folder/gateway.env" <<SETTINGS
DATABASE_URL=mysql://gateway:$database@mysql:3306/gateway
ENCRYPTION_KEYS=k1:$(openssl rand -base64 32)
CURSOR_SECRET=$(random)
METRICS_TOKEN=$(random)
MERCADO_PAGO_CLIENT_ID=1010101010101010
MERCADO_PAGO_CLIENT_SECRET=$client
MERCADO_PAGO_WEBHOOK_SECRETS=$webhook
SETTINGS
fi

if [ ! -e "$folder/tls/certificate.pem" ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj /CN=gateway.test \
    -addext subjectAltName=DNS:gateway.test,DNS:simulator.test,DNS:localhost \
    -keyout "$folder/tls/key.pem" -out "$folder/tls/certificate.pem" 2>/dev/null
  # The gateways' user reads it. The key is the proxy's alone, which runs as root.
  chmod 755 "$folder" "$folder/tls"
  chmod 644 "$folder/tls/certificate.pem"
fi
