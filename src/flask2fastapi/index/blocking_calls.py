"""Which calls of the standard library and of packages in wide use make their thread wait, by qualified name.

An entry stands for itself and for all below it (``requests``: ``requests.get``, ``requests.Session.get``); of several
the longest decides. "Blocking" is what waits for a disk, a network, a process, a lock or a clock, and what computes for
long (password hashes, pictures, data frames); "non-blocking" also says that what the call gives can be used freely: its
methods do not wait either. What is in neither list is not known. Sources: the libraries' own code and documentation.
"""

from __future__ import annotations

BLOCKING = """
    builtins.open builtins.input builtins.breakpoint
    time.sleep
    asyncio.run asyncio.get_event_loop asyncio.new_event_loop
    socket socketserver ssl select selectors ftplib poplib imaplib nntplib smtplib telnetlib xmlrpc
    http.client http.server http.cookiejar urllib.request urllib.robotparser webbrowser
    subprocess multiprocessing concurrent threading queue sched signal.pause signal.sigwait pty
    sqlite3 dbm shelve
    os shutil tempfile glob fileinput linecache filecmp mmap fcntl io.open codecs.open zipfile tarfile
    pathlib
    gzip.open bz2.open lzma.open
    json.load pickle.load marshal.load csv.reader.__next__ tomllib.load plistlib.load
    runpy importlib compileall
    getpass platform
    hashlib.pbkdf2_hmac hashlib.scrypt hashlib.file_digest crypt
    logging.config logging.handlers
    urllib.urlopen urllib2

    requests requests_oauthlib requests_toolbelt requests_cache requests_html urllib3 httplib2 pycurl treq
    httpx.get httpx.post httpx.put httpx.patch httpx.delete httpx.head httpx.options httpx.request httpx.stream
    httpx.Client
    sqlalchemy sqlmodel alembic peewee pony tortoise mongoengine pymongo motor pymodm records dataset databases
    psycopg2 psycopg pymysql MySQLdb mysql mariadb pg8000 cx_Oracle oracledb pyodbc pymssql ibm_db clickhouse_driver
    cassandra neo4j py2neo influxdb influxdb_client elasticsearch elasticsearch_dsl opensearchpy pysolr whoosh
    redis rediscluster walrus memcache pymemcache pylibmc bmemcached diskcache cachelib tinydb lmdb plyvel unqlite
    celery rq huey dramatiq kombu amqp pika kafka confluent_kafka nats paho stomp zmq apscheduler schedule
    boto boto3 botocore s3transfer google.cloud google.oauth2 google.auth googleapiclient firebase_admin gspread
    azure dropbox minio oss2 cloudinary
    stripe paypalrestsdk braintree twilio sendgrid mailjet_rest postmarker mailchimp_marketing yagmail slack_sdk slack
    slackclient telegram telebot tweepy praw github gitlab jira openai anthropic huggingface_hub langchain
    paramiko fabric netmiko ldap ldap3 pysftp docker kubernetes consul hvac git pexpect sh psutil
    bcrypt argon2 passlib scrypt nacl.pwhash
    werkzeug.security.generate_password_hash werkzeug.security.check_password_hash
    numpy pandas scipy sklearn tensorflow torch keras transformers xgboost lightgbm spacy nltk gensim
    matplotlib seaborn plotly.io PIL cv2 skimage imageio wand reportlab weasyprint pdfkit PyPDF2 pypdf fitz docx
    openpyxl xlrd xlsxwriter xlwt pyarrow qrcode.make captcha
    selenium playwright scrapy bs4.BeautifulSoup newspaper feedparser yfinance wikipedia geopy pytube youtube_dl yt_dlp
    sentry_sdk.flush gevent eventlet ray dask joblib
"""

NON_BLOCKING = """
    math cmath random string itertools functools collections operator decimal fractions statistics numbers
    datetime calendar zoneinfo.ZoneInfo time.time time.time_ns time.monotonic time.monotonic_ns time.perf_counter
    time.perf_counter_ns time.process_time time.gmtime time.localtime time.mktime time.strftime time.strptime time.ctime
    time.asctime time.timezone time.tzname
    re json json.dumps json.loads html textwrap difflib unicodedata string.Template pprint.pformat reprlib
    urllib.parse urllib.quote urllib.unquote urllib.urlencode http.HTTPStatus http.HTTPMethod http.cookies ipaddress
    uuid base64 binascii hashlib hmac secrets zlib struct codecs quopri colorsys
    copy enum typing typing_extensions types abc dataclasses contextlib contextvars weakref bisect heapq array
    inspect.isclass inspect.isfunction inspect.signature traceback warnings.warn sys logging
    io.BytesIO io.StringIO csv xml.sax.saxutils.escape email.utils email.header mimetypes.guess_type
    threading.get_ident threading.current_thread
    os.environ os.getenv os.getpid os.sep os.linesep os.urandom os.fspath os.path.join os.path.basename
    os.path.dirname os.path.splitext os.path.split os.path.normpath os.path.isabs os.path.commonprefix os.path.sep
    os.path.relpath os.path.normcase os.path.splitdrive os.path.commonpath
    pathlib.PurePath pathlib.PurePosixPath pathlib.PureWindowsPath
    platform.python_version platform.python_implementation platform.system platform.machine
    getpass.GetPassWarning

    itsdangerous markupsafe jwt.encode jwt.decode jwt.get_unverified_header jose.jwt authlib.jose.jwt
    jwt.exceptions jwt.PyJWTError
    six dateutil pytz tzlocal.get_localzone arrow pendulum humanize babel inflection inflect slugify unidecode ulid
    shortuuid nanoid bleach markdown mistune markdown2 html5lib.serialize simplejson.dumps simplejson.loads
    ujson.dumps ujson.loads orjson.dumps orjson.loads rapidjson.dumps rapidjson.loads msgpack.packb msgpack.unpackb
    yaml.safe_load yaml.safe_dump yaml.dump toml.loads toml.dumps xmltodict.parse xmltodict.unparse dicttoxml
    marshmallow pydantic attr attrs cattr cattrs schema cerberus voluptuous jsonschema.validate
    jsonschema.ValidationError jsonpatch jsonpointer email_validator.EmailNotValidError validators phonenumbers semver
    packaging user_agents ua_parser furl yarl rfc3986 emoji webcolors cachetools toolz more_itertools blinker
    structlog loguru termcolor colorama pyotp country_list pycountry
    werkzeug.exceptions werkzeug.datastructures werkzeug.http werkzeug.urls werkzeug.utils.secure_filename
    werkzeug.utils.redirect werkzeug.security.safe_join flask.abort flask.Markup flask.escape werkzeug.routing
    flask.Response werkzeug.wrappers werkzeug.Response flask.wrappers.Response
"""
